//! The requests that this node has answered, with their bodies: what a tester's program really sent, and what it got.
//! Bounded, in memory, without secrets; `GET /sandbox/requests`. What is asked of `/sandbox/…` itself is not kept.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `handlers` `page` | the list, as JSON and as a page |
//! | `watch` | looks at each request and its answer |
//! | `ring` | the newest ones, bounded in number and in bytes |
//! | `message` | headers and body of one side, as they are shown |
//! | `mask` | secrets, and how they are hidden |

mod handlers;
mod mask;
mod message;
mod page;
mod ring;
mod watch;

pub(super) use handlers::list_requests;
pub(super) use page::show_requests;
pub(super) use ring::RequestLog;
