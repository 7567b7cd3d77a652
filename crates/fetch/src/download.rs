use std::path::Path;
use std::time::Instant;

use crate::client::{Answer, Ask, Body, Client, Validators};
use crate::examine::examine;
use crate::partial::Partial;
use crate::wait::tries_again;
use crate::{FetchError, Refusal};

/// How a download ended well.
pub enum Download {
    /// The version that is held is still the one.
    NotModified,
    /// The whole file, examined, with the HTTP status it came by.
    Complete(Partial, Option<u16>),
}

/// Downloads into `folder`, trying again within the budget and going on where an earlier try broke off.
/// `known` is the version that is held.
pub fn download(
    client: &Client,
    folder: &Path,
    url: &str,
    known: Option<&Validators>,
) -> Result<Result<Download, Refusal>, FetchError> {
    let budget = client.budget();
    let deadline = Instant::now() + budget.total;
    let mut partial = Partial::open(folder, url)?;
    let mut attempt = 1;
    let refusal = loop {
        let refusal = match one_try(client, &mut partial, url, known, deadline)? {
            Ok(None) => {
                partial.discard()?;
                return Ok(Ok(Download::NotModified));
            }
            Ok(Some(status)) => return Ok(Ok(Download::Complete(partial, Some(status)))),
            Err(refusal) => refusal,
        };
        let asked = match &refusal {
            Refusal::Status { retry_after, .. } => *retry_after,
            _ => None,
        };
        if !tries_again(&refusal, asked, attempt, budget, deadline) {
            break refusal;
        }
        attempt += 1;
    };
    let goes_on = refusal.is_temporary() || matches!(refusal, Refusal::TooSlow(_));
    if goes_on && partial.version().is_some() {
        partial.pause()?
    } else {
        partial.discard()?
    }
    Ok(Err(refusal))
}

/// One try: the status of a complete file, `None` for "not modified".
fn one_try(
    client: &Client,
    partial: &mut Partial,
    url: &str,
    known: Option<&Validators>,
    deadline: Instant,
) -> Result<Result<Option<u16>, Refusal>, FetchError> {
    let mut status = 200;
    // A run that was stopped right after the last byte has nothing left to ask for.
    if partial.length() == 0 || partial.total() != Some(partial.length()) {
        let version = partial.version().map(str::to_owned);
        let ask = match (&version, known) {
            (Some(version), _) => Ask::From(partial.length(), version),
            (None, Some(known)) => Ask::Unless(known),
            (None, None) => Ask::Whole,
        };
        let mut body = match client.ask(url, &ask, deadline) {
            Ok(Answer::NotModified) => return Ok(Ok(None)),
            Ok(Answer::Body(body)) => body,
            Err(refusal) => {
                if matches!(refusal, Refusal::Length(_)) {
                    partial.begin(&Validators::default(), None, false)?;
                }
                return Ok(Err(refusal));
            }
        };
        status = body.status;
        if body.start == 0 {
            partial.begin(&body.validators, body.total, body.is_page)?;
        } else if partial.total().is_some() && body.total != partial.total() {
            partial.begin(&Validators::default(), None, false)?;
            return Ok(Err(Refusal::Length("the rest is of another file".to_owned())));
        }
        if let Err(refusal) = receive(client, partial, &mut body, deadline)? {
            return Ok(Err(refusal));
        }
        let total = body.total;
        let excess = body.had_excess() || total.is_some_and(|t| partial.length() > t);
        if excess {
            partial.begin(&Validators::default(), None, false)?;
            return Ok(Err(Refusal::Length("more was sent".to_owned())));
        }
        if total.is_some_and(|t| partial.length() < t) {
            return Ok(Err(Refusal::Length("less was sent".to_owned())));
        }
    }
    Ok(examine(partial.path(), partial.is_page(), client.budget())?.map(|()| Some(status)))
}

fn receive(
    client: &Client,
    partial: &mut Partial,
    body: &mut Body,
    deadline: Instant,
) -> Result<Result<(), Refusal>, FetchError> {
    let budget = client.budget();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match body.read(&mut buffer, budget, deadline) {
            Ok(0) => return Ok(Ok(())),
            Ok(count) if partial.length() + count as u64 > budget.bytes_max => {
                return Ok(Err(Refusal::TooLarge { bytes_max: budget.bytes_max }));
            }
            Ok(count) => partial.write(&buffer[..count])?,
            Err(refusal) => return Ok(Err(refusal)),
        }
    }
}
