//! Addresses of front ends: values that only parsing makes, the same in settings, requests and commands.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `origin` | the origin of pages, as browsers name it |
//! | `redirect_uri` | where a redirect may go |

mod origin;
mod redirect_uri;

pub use origin::Origin;
pub use redirect_uri::{RedirectForm, RedirectUri, matches};
