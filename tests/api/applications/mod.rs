//! Applications, from the form to the end.

mod applying;
mod corrections;
mod killed;
mod life;
mod review;
mod stream;
mod waiting;
