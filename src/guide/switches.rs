//! What else was chosen of the builds, from the rows of the table.

use super::{Subject, enumeration};
use crate::escape::{Markdown, put};
use crate::product::switches::SWITCHES;
use crate::request::{Style, Switches};

/// Each switch that a machine has, with what it does and costs.
pub(super) fn section(subject: &Subject, out: &mut Markdown) {
    let mut is_first = true;
    for switch in SWITCHES {
        let has = |spec: &&crate::product::MachineSpec| spec.request.switches.has(switch.name);
        let machines: Vec<&str> =
            subject.fleet.machines.iter().filter(|(_, spec)| has(spec)).map(|(name, _)| name.as_str()).collect();
        if machines.is_empty() {
            continue;
        }
        put!(out, if std::mem::take(&mut is_first) { "## What else is chosen\n\n" } else { "" });
        let name = match subject.fleet.style {
            _ if switch.option.is_empty() => switch.name.to_owned(),
            Style::Module => format!("llama.{}", switch.option.join(".")),
            Style::Overlay => switch.parameter.to_owned(),
        };
        put!(
            out,
            "- **",
            Markdown::words(switch.label),
            "** (",
            Markdown::code(&name),
            ") on ",
            enumeration(machines),
            ". ",
            Markdown::words(&switch.help.replace('\n', " ")),
            "\n",
        );
    }
}

/// The flags that these switches show, behind others.
pub(super) fn flags(switches: &Switches, out: &mut Markdown) {
    for flag in switches.chosen().flat_map(|(switch, choice)| (switch.shows)(choice)) {
        put!(out, "; ", Markdown::code(&flag));
    }
}
