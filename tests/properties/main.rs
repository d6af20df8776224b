//! Properties of every plan, over texts that nobody wrote: the cases with comments, blanks and line breaks where they may
//! stand, and flakes put together from a small grammar. `PROPTEST_CASES` sets how many; the default takes seconds.

#[path = "../cases/oracle.rs"]
mod oracle;
// the cases' own test uses more of these two
#[allow(dead_code)]
#[path = "../cases/real_nix.rs"]
mod real_nix;
#[allow(dead_code)]
#[path = "../cases/repository.rs"]
mod repository;

mod generated;
mod recipe;
mod trivia;
