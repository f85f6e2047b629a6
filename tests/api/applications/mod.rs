//! Applications, from the form to the end.

mod applying;
mod behalf;
mod corrections;
mod killed;
mod life;
mod races;
mod review;
mod stream;
mod waiting;
