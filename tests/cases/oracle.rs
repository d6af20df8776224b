//! What holds for every plan, whatever the flake: written against the contract, not against the engine.
//!
//! The hunks make the result and their undoing gives back the bytes; results parse; every comment stays with the code
//! it is about; the plan applied and planned again changes nothing; diagnostics stand where they say.

use llama_fleet::kind::MachineKind;
use llama_fleet::report::{Change, Diagnostic, FileChange, How, Hunk, Outcome, Plan};
use llama_fleet::request::{Files, Request};
use rnix::SyntaxKind;

/// Plans a request and holds the plan to all of it.
pub fn check(request: &Request) -> Result<Plan, String> {
    let plan = llama_fleet::plan(request);
    let again = llama_fleet::plan(request);
    if plan != again {
        return Err("planned twice, two answers".into());
    }
    outcome(&plan)?;
    // also where the machines' shared file is extended, and a file of each one's own is added
    let extends = |hunk: &Hunk| hunk.insert.contains(".extendModules");
    let wraps = plan.machines.iter().any(|machine| machine.how == How::ExtendModules)
        || plan.files.iter().any(|file| file.hunks.iter().any(extends));
    for file in &plan.files {
        whole_file(request, file, wraps).map_err(|failure| format!("{}: {failure}", file.path))?;
    }
    for file in plan.files.iter().filter(|_| plan.machines.iter().all(|machine| machine.how == How::ModulesList)) {
        formatted(file).map_err(|failure| format!("{}: {failure}", file.path))?;
    }
    for diagnostic in &plan.diagnostics {
        place(diagnostic, &request.files)?;
    }
    unchanged_afterwards(request, &plan)?;
    kept_by_the_others(request, &plan)?;
    Ok(plan)
}

/// The request with the plan's files in the place of the user's.
pub fn applied(request: &Request, plan: &Plan) -> Request {
    let mut request = request.clone();
    for file in &plan.files {
        match &file.after {
            Some(after) => request.files.insert(file.path.clone(), after.clone()),
            None => request.files.remove(&file.path),
        };
    }
    request
}

fn outcome(plan: &Plan) -> Result<(), String> {
    let bare = plan.files.is_empty();
    match plan.outcome {
        Outcome::Refused if !bare => Err("refused, and yet files".into()),
        Outcome::Refused if plan.diagnostics.is_empty() => Err("refused without a reason".into()),
        Outcome::Unchanged if !bare => Err("unchanged, and yet files".into()),
        Outcome::Complete if bare => Err("complete, and no file".into()),
        _ if plan.diagnostics.iter().any(|diagnostic| diagnostic.code == "not-proved") => {
            Err(format!("the engine could not prove its own result: {:?}", plan.diagnostics.last()))
        }
        _ => Ok(()),
    }
}

fn whole_file(request: &Request, file: &FileChange, wraps: bool) -> Result<(), String> {
    if file.before.as_ref() != request.files.get(&file.path) {
        return Err("`before` is not what was given".into());
    }
    let Some(after) = &file.after else {
        return if file.change == Change::Deleted { Ok(()) } else { Err("no `after`".into()) };
    };
    let before = file.before.as_deref().unwrap_or_default();
    if done(before, &file.hunks).as_deref() != Some(after) {
        return Err("the hunks do not make `after`".into());
    }
    if undone(before, after, &file.hunks).as_deref() != Some(before) {
        return Err("the hunks undone do not give `before`".into());
    }
    if let Some(hunk) = file.hunks.iter().find(|hunk| hunk.reason.trim().is_empty()) {
        return Err(format!("the hunk at {} has no reason", hunk.start));
    }
    if !file.path.ends_with(".nix") {
        return Ok(());
    }
    if let Some(error) = parse(after).errors().first() {
        return Err(format!("the result does not parse: {error}\n{after}"));
    }
    // a file that is ours as a whole, also where one of the user's gave way to it
    if after.lines().take(8).any(|line| line.starts_with("# Made with Llamafleet")) {
        return Ok(());
    }
    line_breaks(before, after)?;
    if file.change == Change::Modified && request.options.remove.is_empty() {
        comments(before, after, &file.hunks, wraps)?;
    }
    Ok(())
}

pub fn parse(text: &str) -> rnix::Parse<rnix::Root> {
    rnix::Root::parse(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn done(before: &str, hunks: &[Hunk]) -> Option<String> {
    let mut out = String::new();
    let mut at = 0;
    for hunk in hunks {
        out.push_str(before.get(at..hunk.start)?);
        out.push_str(&hunk.insert);
        at = hunk.end;
    }
    Some(out + before.get(at..)?)
}

/// Takes what was inserted out of `after` and puts back what stood there.
fn undone(before: &str, after: &str, hunks: &[Hunk]) -> Option<String> {
    let mut out = String::new();
    let (mut at, mut shift) = (0, 0);
    for hunk in hunks {
        let start = hunk.start + shift - hunks_removed(hunks, hunk.start);
        out.push_str(after.get(at..start)?);
        out.push_str(before.get(hunk.start..hunk.end)?);
        at = start + hunk.insert.len();
        shift += hunk.insert.len();
    }
    Some(out + after.get(at..)?)
}

/// How many bytes the hunks before an offset take away.
fn hunks_removed(hunks: &[Hunk], offset: usize) -> usize {
    hunks.iter().filter(|hunk| hunk.end <= offset && hunk.start < offset).map(|hunk| hunk.end - hunk.start).sum()
}

/// A file that nixfmt leaves alone, it leaves alone afterwards. (But for a pattern that shares its line with what it is
/// bound to, or an expression that is wrapped: to grow them is to move all that stands below.)
fn formatted(file: &FileChange) -> Result<(), String> {
    let (Some(before), Some(after)) = (&file.before, &file.after) else { return Ok(()) };
    let clean = |text: &str| nixfmt_rs::format(text).is_ok_and(|formatted| formatted == text);
    let patterns: Vec<rnix::TextRange> = parse(before)
        .syntax()
        .descendants()
        .filter(|node| node.kind() == SyntaxKind::NODE_PATTERN)
        .map(|node| node.text_range())
        .filter(|range| {
            let line = before[..usize::from(range.start())].rsplit('\n').next().unwrap_or_default();
            !line.trim().is_empty() || usize::from(range.start()) == 0
        })
        .collect();
    let in_pattern = |hunk: &Hunk| {
        patterns.iter().any(|range| usize::from(range.start()) <= hunk.start && hunk.end <= usize::from(range.end()))
    };
    if file.hunks.iter().any(in_pattern) || !file.path.ends_with(".nix") || !clean(before) || clean(after) {
        return Ok(());
    }
    Err(format!("nixfmt left the file alone, and would not now:\n{after}"))
}

/// A file of one kind of line break keeps to it.
fn line_breaks(before: &str, after: &str) -> Result<(), String> {
    let bare = |text: &str| text.matches('\n').count() - text.matches("\r\n").count();
    if before.contains("\r\n") && bare(before) == 0 && bare(after) > 0 {
        return Err("lines that end in LF in a file of CRLF".into());
    }
    if before.contains('\n') && !before.contains('\r') && after.contains('\r') {
        return Err("a CR in a file of LF".into());
    }
    let ends = |text: &str| text.ends_with('\n');
    if !before.is_empty() && ends(before) != ends(after) {
        return Err("the file's end changed".into());
    }
    if before.starts_with('\u{feff}') != after.starts_with('\u{feff}') {
        return Err("the byte order mark changed".into());
    }
    Ok(())
}

#[derive(Debug, Clone, PartialEq)]
struct Token {
    kind: SyntaxKind,
    start: usize,
    text: String,
}

fn tokens(text: &str) -> Vec<Token> {
    let mark = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let tokens = parse(text).syntax().descendants_with_tokens().filter_map(|element| element.into_token());
    tokens
        .map(|token| Token {
            kind: token.kind(),
            start: usize::from(token.text_range().start()) + mark,
            text: token.text().to_owned(),
        })
        .collect()
}

/// Every comment of the user's is there, on a line of its own or not as before, and beside the same word: the one before
/// it on its line, else the one after it. Where whole expressions are wrapped, what heads one heads what is around it.
fn comments(before: &str, after: &str, hunks: &[Hunk], wraps: bool) -> Result<(), String> {
    let moved = |offset: usize| {
        let mut shift = 0isize;
        for hunk in hunks.iter().take_while(|hunk| hunk.end <= offset) {
            shift += hunk.insert.len() as isize - (hunk.end - hunk.start) as isize;
        }
        offset.checked_add_signed(shift)
    };
    let old = tokens(before);
    let new = tokens(after);
    for (at, comment) in old.iter().enumerate().filter(|(_, token)| token.kind == SyntaxKind::TOKEN_COMMENT) {
        let was = owner(&old, at);
        if owner_token(was).is_some_and(|owner| removed(hunks, &old[owner])) {
            // what it is about is replaced or gone
            continue;
        }
        let lost = || format!("the comment `{}` is lost or moved\n{after}", comment.text.trim());
        let now = moved(comment.start)
            .and_then(|start| new.binary_search_by_key(&start, |token| token.start).ok())
            .filter(|now| new[*now].kind == comment.kind && new[*now].text == comment.text)
            .ok_or_else(lost)?;
        let is = owner(&new, now);
        let same = match (was, is) {
            (Owner::Before(one), Owner::Before(two)) => {
                // a comma or the end of a value may come between
                Some(new[two].start) == moved(old[one].start)
                    || matches!(new[two].text.as_str(), "," | ";" | ")")
                        && preceding(&new, two).is_some_and(|two| Some(new[two].start) == moved(old[one].start))
                    // behind what was put around an expression, before the word that ends it
                    || wraps && following(&new, now).map(|two| new[two].start)
                        == following(&old, at).and_then(|one| moved(old[one].start))
            }
            (Owner::After(one), Owner::After(two)) => {
                let beside = |word: usize| after.get(new[two].start..word).is_some_and(|text| !text.contains('\n'));
                let headed = |hunk: &Hunk| hunk.end == old[one].start && hunk.insert.trim_end().ends_with(':');
                wraps
                    // what is put around an expression begins on its line, or is the head of a function
                    || moved(old[one].start).is_some_and(beside)
                    || hunks.iter().any(headed)
                    || closes(&old[one])
                    // the ellipsis of a pattern closes it too
                    || old[one].text == "..."
            }
            (Owner::None, Owner::None) => true,
            _ => false,
        };
        if !same {
            return Err(format!("the comment `{}` has another owner\n{after}", comment.text.trim()));
        }
    }
    Ok(())
}

fn closes(token: &Token) -> bool {
    matches!(token.text.as_str(), "}" | "]" | ")" | "in")
}

fn removed(hunks: &[Hunk], token: &Token) -> bool {
    hunks.iter().any(|hunk| hunk.start <= token.start && token.start + token.text.len() <= hunk.end)
}

fn owner_token(owner: Owner) -> Option<usize> {
    match owner {
        Owner::Before(at) | Owner::After(at) => Some(at),
        Owner::None => None,
    }
}

/// The word that a comment is about, by its index.
#[derive(Clone, Copy)]
enum Owner {
    Before(usize),
    After(usize),
    None,
}

fn owner(tokens: &[Token], comment: usize) -> Owner {
    let mut at = comment;
    while at > 0 {
        at -= 1;
        match tokens[at].kind {
            SyntaxKind::TOKEN_WHITESPACE if tokens[at].text.contains('\n') => break,
            SyntaxKind::TOKEN_WHITESPACE => {}
            SyntaxKind::TOKEN_COMMENT if tokens[at].text.contains('\n') => break,
            SyntaxKind::TOKEN_COMMENT => {}
            // what opens a bracket is no owner: the comment heads what follows
            _ if matches!(tokens[at].text.as_str(), "{" | "[" | "(" | "let") => break,
            _ => return Owner::Before(at),
        }
    }
    match tokens[comment..].iter().position(|token| !trivia(token)) {
        Some(next) => Owner::After(comment + next),
        None => Owner::None,
    }
}

fn preceding(tokens: &[Token], at: usize) -> Option<usize> {
    tokens[..at].iter().rposition(|token| !trivia(token))
}

fn following(tokens: &[Token], at: usize) -> Option<usize> {
    tokens[at..].iter().position(|token| !trivia(token)).map(|next| at + next)
}

fn trivia(token: &Token) -> bool {
    matches!(token.kind, SyntaxKind::TOKEN_WHITESPACE | SyntaxKind::TOKEN_COMMENT)
}

/// A diagnostic's place is in a file that was given (or is `flake.nix`), and its end is not before its beginning.
fn place(diagnostic: &Diagnostic, files: &Files) -> Result<(), String> {
    let Diagnostic { file, line, column, end_line, end_column, code, .. } = diagnostic;
    let wrong = |what: &str| Err(format!("{code} {file}:{line}:{column}-{end_line}:{end_column}: {what}"));
    if diagnostic.message.trim().is_empty() {
        return wrong("no message");
    }
    if (end_line, end_column) < (line, column) {
        return wrong("ends before it begins");
    }
    let Some(text) = files.get(file) else {
        return if file == "flake.nix" { Ok(()) } else { wrong("is in no given file") };
    };
    for (line, column) in [(line, column), (end_line, end_column)] {
        let Some(content) = (*line as usize).checked_sub(1).and_then(|at| text.split('\n').nth(at)) else {
            return wrong("there is no such line");
        };
        if *column == 0 || *column as usize > content.chars().count() + 1 {
            return wrong("there is no such column");
        }
    }
    Ok(())
}

/// A later plan for one of the machines alone takes nothing from the others: of the files that this plan made it changes
/// at most that machine's own, or it is refused.
fn kept_by_the_others(request: &Request, plan: &Plan) -> Result<(), String> {
    let Some((name, machine)) = request.chosen().last().filter(|_| request.chosen().nth(1).is_some()) else {
        return Ok(());
    };
    let mut alone = applied(request, plan);
    MachineKind::ALL.into_iter().for_each(|kind| alone.of_kind_mut(kind).clear());
    alone.of_kind_mut(name.kind).insert(name.name.clone(), machine.clone());
    let later = llama_fleet::plan(&alone);
    outcome(&later).map_err(|failure| format!("{name} alone afterwards: {failure}"))?;
    let own = request.options.paths.file_of(&name);
    let made = |path: &str| plan.files.iter().any(|file| file.path == path && file.change == Change::Created);
    match later.files.iter().find(|file| file.path != own && made(&file.path)) {
        Some(file) => Err(format!("{name} alone afterwards changes {}", file.path)),
        None => Ok(()),
    }
}

fn unchanged_afterwards(request: &Request, plan: &Plan) -> Result<(), String> {
    if plan.outcome == Outcome::Refused {
        return Ok(());
    }
    let again = llama_fleet::plan(&applied(request, plan));
    let wanted = if plan.outcome == Outcome::Partial { Outcome::Partial } else { Outcome::Unchanged };
    if again.outcome == wanted && again.files.is_empty() {
        return Ok(());
    }
    let changes: Vec<String> = again
        .files
        .iter()
        .flat_map(|file| {
            file.hunks.iter().map(|hunk| format!("{} {}..{}: {:?}", file.path, hunk.start, hunk.end, hunk.insert))
        })
        .collect();
    Err(format!(
        "applied and planned again, it is {:?}: {}\n{:?}",
        again.outcome,
        changes.join("\n"),
        again.diagnostics
    ))
}
