//! Running other programs, and saying plainly what went wrong.

use std::{
    env, fmt,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

/// Why a command of ours stopped, in words for the person at the terminal.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

pub type Done = Result<(), Failure>;

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A program to be run in the repository's root.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The cargo that started us.
pub fn cargo() -> Command {
    command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs to the end, its output shown; anything but success is a failure.
pub fn step(command: &mut Command) -> Done {
    step_to(command, &[0])
}

/// Runs to the end, its output shown; an exit code that is not expected is a failure.
pub fn step_to(command: &mut Command, expected: &[i32]) -> Done {
    let shown = shown(command);
    eprintln!("xtask: {shown}");
    let status = command.status().map_err(|error| Failure::new(format!("`{shown}` did not start: {error}")))?;
    ended(&shown, status, expected)
}

/// Like [`step`], without cargo's warnings. They are about other people's packages (a yanked dependency, a folder that is
/// not on PATH), and advise what must not be done here.
pub fn step_without_warnings(command: &mut Command) -> Done {
    let shown = shown(command);
    eprintln!("xtask: {shown}");
    let failed = |error| Failure::new(format!("`{shown}` did not start: {error}"));
    let mut child = command.stderr(Stdio::piped()).spawn().map_err(failed)?;
    if let Some(said) = child.stderr.take() {
        let lines = BufReader::new(said).lines().map_while(Result::ok);
        lines.filter(|line| !line.starts_with("warning:")).for_each(|line| eprintln!("{line}"));
    }
    let status = child.wait().map_err(failed)?;
    ended(&shown, status, &[0])
}

fn ended(shown: &str, status: ExitStatus, expected: &[i32]) -> Done {
    match status.code().is_some_and(|code| expected.contains(&code)) {
        true => Ok(()),
        false => Err(Failure::new(format!("`{shown}` ended with {status}"))),
    }
}

/// What the program prints, without the last newline; `None` when it is missing or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim_end().to_owned())
}

/// Where the program is on PATH.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(format!("{program}{}", env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_default().to_string_lossy();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy());
    std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ")
}
