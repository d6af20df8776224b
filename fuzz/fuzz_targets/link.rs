//! Any fragment as a share link, and any JSON inside of one; what was read survives being written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use llama_fleet::export::{decode, encode};
use llama_fleet::request::Request;

fuzz_target!(|text: &str| {
    let read = decode(text).map(|link| link.request).ok();
    let written: Option<Request> = serde_json::from_str(text).ok();
    for request in read.into_iter().chain(written) {
        let again = decode(&encode(&request, true).expect("it is small")).expect("what we write is read").request;
        assert_eq!(again, Request { unrecognised: Vec::new(), ..request });
    }
});
