//! A person's rights over their data (GDPR, chapter III).
//!
//! | File | What lives there |
//! | --- | --- |
//! | `action` | what is done to the data, in words for the person |

mod action;
