//! The fleet as a table: a row for each machine.

use std::collections::BTreeMap;

use llama_fleet::report::Severity;
use llama_fleet::request::{Cpu, Field, Install, Variant};
use llama_fleet::service::{Cpus, Judgement, Planned};

use super::form::{Form, MachineForm};
use super::text;

/// A machine, as the table shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub name: String,
    pub chosen: bool,
    pub backend: Variant,
    pub source: Source,
    pub cpu: String,
    pub gpu: String,
    pub install: &'static str,
    pub server: &'static str,
    pub state: State,
}

/// Where a machine's backend comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// From what the machine prints about itself.
    Read,
    /// The user's own choice.
    Picked,
    /// From what the flake gives away.
    Guessed,
    /// Nothing tells what the machine has.
    NotTold,
}

impl Source {
    pub fn words(self) -> &'static str {
        match self {
            Source::Read => "read",
            Source::Picked => "picked",
            Source::Guessed => "guessed",
            Source::NotTold => "not told",
        }
    }
}

/// What has become of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Its choices cannot work, and it is not in the result.
    Impossible,
    /// A part of it is left to its owner.
    ByHand,
    /// Something in its choices is doubtful.
    Doubtful,
    Ready,
    LeftOut,
}

impl State {
    pub fn words(self) -> &'static str {
        match self {
            State::Impossible => "cannot work",
            State::ByHand => "by hand",
            State::Doubtful => "doubtful",
            State::Ready => "ready",
            State::LeftOut => "left out",
        }
    }
}

/// A column that the table can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Chosen,
    Name,
    Backend,
    Cpu,
    Gpu,
    Install,
    Server,
    State,
}

impl Column {
    pub const ALL: [Column; 8] = [
        Column::Chosen,
        Column::Name,
        Column::Backend,
        Column::Cpu,
        Column::Gpu,
        Column::Install,
        Column::Server,
        Column::State,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Column::Chosen => "Chosen",
            Column::Name => "Machine",
            Column::Backend => "Backend",
            Column::Cpu => "CPU",
            Column::Gpu => "GPU",
            Column::Install => "Install",
            Column::Server => "Server",
            Column::State => "State",
        }
    }
}

/// A variant's name as its makers write it.
pub fn variant_name(variant: Variant) -> &'static str {
    match variant {
        Variant::Cpu => "CPU",
        Variant::Cuda => "CUDA",
        Variant::Vulkan => "Vulkan",
        Variant::Rocm => "ROCm",
    }
}

/// The rows in the order of the form.
pub fn rows(form: &Form, judged: &BTreeMap<String, Judgement>, planned: Option<&Planned>, cpus: &Cpus) -> Vec<Row> {
    let row = |machine: &MachineForm| Row {
        name: machine.name.clone(),
        chosen: machine.chosen,
        backend: machine.machine.variant,
        source: source(machine),
        cpu: cpu(&machine.machine.cpu, cpus),
        gpu: gpu(machine),
        install: match machine.machine.install {
            Install::System => "everyone",
            Install::Home(_) => "one user",
            Install::None => "no",
        },
        server: if machine.machine.server.is_some() { "yes" } else { "no" },
        state: state(machine, judged.get(&machine.name), planned),
    };
    form.machines.iter().map(row).collect()
}

fn source(machine: &MachineForm) -> Source {
    let is_untouched = Field::Variant.agrees(&machine.base, &machine.machine);
    let is_read = machine.reading.as_ref().is_some_and(|read| read.lists_all_gpus || !read.gpus.is_empty());
    match () {
        () if is_read => Source::Read,
        () if !is_untouched || !machine.gpus.is_empty() => Source::Picked,
        () if machine.guesses.iter().any(|(field, _)| *field == Field::Variant) => Source::Guessed,
        () => Source::NotTold,
    }
}

fn cpu(cpu: &Cpu, cpus: &Cpus) -> String {
    match cpu {
        Cpu::Dispatch => "any".to_owned(),
        Cpu::March { march } => {
            let row = cpus.rows.iter().find(|row| row.march == *march);
            row.map_or(march, |row| &row.name).clone()
        }
        Cpu::Features { .. } => "own list".to_owned(),
        Cpu::Arm { arch } => arch.clone(),
        Cpu::Native => "the builder's".to_owned(),
        Cpu::Baseline => "SSE2".to_owned(),
    }
}

fn gpu(machine: &MachineForm) -> String {
    let targets = match machine.machine.variant {
        Variant::Cuda => &machine.machine.cuda_capabilities,
        Variant::Rocm => &machine.machine.rocm_targets,
        Variant::Cpu | Variant::Vulkan => return names(machine),
    };
    if machine.gpus.is_empty() && !targets.is_empty() { targets.join(", ") } else { names(machine) }
}

fn names(machine: &MachineForm) -> String {
    let is_none = machine.reading.as_ref().is_some_and(|read| read.lists_all_gpus);
    match machine.gpus.as_slice() {
        [] if is_none => "none".to_owned(),
        [] => "–".to_owned(),
        gpus => gpus.iter().map(|gpu| gpu.name.as_str()).collect::<Vec<_>>().join(", "),
    }
}

fn state(machine: &MachineForm, judged: Option<&Judgement>, planned: Option<&Planned>) -> State {
    let worst = judged.and_then(|judged| judged.verdicts.iter().map(|verdict| verdict.severity).min());
    let is_in = |names: &[String]| names.contains(&machine.name);
    let by_hand = |planned: &Planned| {
        let machines = planned.plan.machines.iter();
        machines
            .filter(|planned| planned.name == machine.name)
            .any(|planned| planned.how == llama_fleet::report::How::ByHand)
    };
    match () {
        () if !machine.chosen => State::LeftOut,
        () if worst == Some(Severity::Error) || planned.is_some_and(|planned| is_in(&planned.impossible)) => {
            State::Impossible
        }
        () if planned.is_some_and(by_hand) => State::ByHand,
        () if worst == Some(Severity::Warning) => State::Doubtful,
        () => State::Ready,
    }
}

/// The rows that hold all words of the filter, sorted by a column; the places of equal ones stay.
pub fn arranged(rows: &[Row], filter: &str, sort: Option<(Column, bool)>) -> Vec<Row> {
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    let text = |row: &Row| {
        let Row { name, cpu, gpu, .. } = row;
        let (backend, source, state) = (variant_name(row.backend), row.source.words(), row.state.words());
        format!("{name} {backend} {cpu} {gpu} {source} {state}").to_lowercase()
    };
    let mut rows: Vec<Row> =
        rows.iter().filter(|row| words.iter().all(|word| text(row).contains(word))).cloned().collect();
    let Some((column, descending)) = sort else { return rows };
    rows.sort_by(|a, b| {
        let order = match column {
            Column::Chosen => b.chosen.cmp(&a.chosen),
            Column::Name => a.name.cmp(&b.name),
            Column::Backend => (a.backend, a.source).cmp(&(b.backend, b.source)),
            Column::Cpu => a.cpu.cmp(&b.cpu),
            Column::Gpu => a.gpu.cmp(&b.gpu),
            Column::Install => a.install.cmp(b.install),
            Column::Server => b.server.cmp(a.server),
            Column::State => a.state.cmp(&b.state),
        };
        if descending { order.reverse() } else { order }
    });
    rows
}

/// What of the result rests on a guess or on nothing, in words; `None`: all of it was read or picked.
pub fn taken_on_trust(rows: &[Row]) -> Option<String> {
    let in_result = |row: &&Row| row.chosen && row.state != State::Impossible;
    let count = |source| rows.iter().filter(in_result).filter(|row| row.source == source).count();
    let guessed = count(Source::Guessed);
    let not_told = rows.iter().filter(in_result);
    let not_told = not_told.filter(|row| row.source == Source::NotTold && row.backend == Variant::Cpu).count();
    let guessed =
        (guessed > 0).then(|| format!("hardware guessed from the flake for {}", text::count(guessed, "machine")));
    let is = if not_told == 1 { "is" } else { "are" };
    let not_told = (not_told > 0)
        .then(|| format!("not told for {}, which {is} built for the CPU alone", text::count(not_told, "machine")));
    let words: Vec<String> = guessed.into_iter().chain(not_told).collect();
    let mut words = words.join("; ");
    let first = words.get(..1)?.to_uppercase();
    words.replace_range(..1, &first);
    Some(words + ".")
}

/// Where an arrow key leads from a cell of a grid, as ARIA's practices have it; `None`: it is none of a grid's keys.
/// Row 0 is the head.
pub fn cell_after(key: &str, ctrl: bool, (row, column): (usize, usize), rows: usize) -> Option<(usize, usize)> {
    const PAGE: usize = 10;
    let (last_row, last_column) = (rows, Column::ALL.len() - 1);
    let cell = match key {
        "ArrowRight" => (row, column + 1),
        "ArrowLeft" => (row, column.saturating_sub(1)),
        "ArrowDown" => (row + 1, column),
        "ArrowUp" => (row.saturating_sub(1), column),
        "PageDown" => (row + PAGE, column),
        "PageUp" => (row.saturating_sub(PAGE).max(1), column),
        "Home" if ctrl => (1, 0),
        "End" if ctrl => (last_row, last_column),
        "Home" => (row, 0),
        "End" => (row, last_column),
        _ => return None,
    };
    Some((cell.0.min(last_row), cell.1.min(last_column)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, backend: Variant, source: Source) -> Row {
        Row {
            name: name.into(),
            chosen: true,
            backend,
            source,
            cpu: "any".into(),
            gpu: "–".into(),
            install: "everyone",
            server: "no",
            state: State::Ready,
        }
    }

    #[test]
    fn the_result_says_what_it_takes_on_trust() {
        let all = [
            row("a", Variant::Vulkan, Source::Guessed),
            row("b", Variant::Cpu, Source::NotTold),
            row("c", Variant::Cpu, Source::NotTold),
            row("d", Variant::Cuda, Source::Read),
        ];
        let words = "Hardware guessed from the flake for 1 machine; not told for 2 machines, which are built for the CPU alone.";
        assert_eq!(taken_on_trust(&all).as_deref(), Some(words));
        assert_eq!(taken_on_trust(&all[3..]), None);
        let left_out = Row { chosen: false, ..all[1].clone() };
        assert_eq!(taken_on_trust(&[left_out]), None);
    }

    #[test]
    fn rows_are_filtered_by_words_and_sorted_by_a_column() {
        let all = [
            row("wren", Variant::Cpu, Source::NotTold),
            row("heron", Variant::Cuda, Source::Read),
            row("condor", Variant::Cuda, Source::Guessed),
        ];
        let names = |rows: Vec<Row>| rows.into_iter().map(|row| row.name).collect::<Vec<_>>();
        assert_eq!(names(arranged(&all, "", None)), ["wren", "heron", "condor"]);
        assert_eq!(names(arranged(&all, "cuda on", None)), ["heron", "condor"]);
        assert_eq!(names(arranged(&all, "CUDA guess", None)), ["condor"]);
        assert_eq!(names(arranged(&all, "", Some((Column::Name, false)))), ["condor", "heron", "wren"]);
        assert_eq!(names(arranged(&all, "", Some((Column::Backend, true)))), ["condor", "heron", "wren"]);
    }

    #[test]
    fn arrows_stay_inside_the_grid() {
        let after = |key, cell| cell_after(key, false, cell, 4);
        assert_eq!(after("ArrowDown", (4, 2)), Some((4, 2)));
        assert_eq!(after("ArrowUp", (1, 2)), Some((0, 2)), "the head is a row, too");
        assert_eq!(after("ArrowRight", (2, 7)), Some((2, 7)));
        assert_eq!(after("End", (2, 1)), Some((2, 7)));
        assert_eq!(after("PageDown", (1, 1)), Some((4, 1)));
        assert_eq!(cell_after("Home", true, (3, 3), 4), Some((1, 0)));
        assert_eq!(after("x", (1, 1)), None);
    }

    #[test]
    fn a_machine_of_which_nothing_is_known_is_not_told() {
        let mut form = Form::default();
        form.add("a").unwrap();
        let rows = |form: &Form| rows(form, &BTreeMap::new(), None, &Cpus::default());
        assert_eq!((rows(&form)[0].source, rows(&form)[0].state), (Source::NotTold, State::Ready));
        form.machines[0].machine.variant = Variant::Vulkan;
        assert_eq!(rows(&form)[0].source, Source::Picked);
        form.machines[0].chosen = false;
        assert_eq!(rows(&form)[0].state, State::LeftOut);
    }
}
