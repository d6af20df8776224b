//! Properties of every plan, over texts that nobody wrote: the cases with comments, blanks and line breaks where they may
//! stand. `PROPTEST_CASES` sets how many; the default takes seconds.

#[path = "../cases/oracle.rs"]
mod oracle;
// the cases' own test uses more of it
#[allow(dead_code)]
#[path = "../cases/repository.rs"]
mod repository;

mod trivia;
