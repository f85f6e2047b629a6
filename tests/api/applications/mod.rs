//! Applications, from the form to the end.

mod applying;
mod behalf;
mod corrections;
mod killed;
mod life;
mod races;
mod review;
mod stream;
mod stream_tokens;
mod waiting;
