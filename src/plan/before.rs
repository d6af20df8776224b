//! What was there before: an earlier plan, an attempt of the user's, overlays that meet ours, and machines that are not
//! chosen.
//!
//! Whose a file is (`users`); which machines are one and the same (`aliases`); what an earlier plan wrote (`earlier`), what
//! of it stays (`leftovers`), and where it works from files that were not given (`unseen`); an attempt of the user's
//! (`cleanup`, with `mentions` of its file, `names` for it, and `orphans` of it); overlays that define our names (`rivals`);
//! and machines that are not chosen, which keep what they have (`bystanders`).

mod aliases;
mod bystanders;
mod cleanup;
pub(super) mod earlier;
mod leftovers;
mod mentions;
mod orphans;
mod rivals;
mod unseen;
pub(super) mod users;
