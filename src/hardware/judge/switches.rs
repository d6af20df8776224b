//! Judges the switches of the build, by their rows.

use super::{Verdict, verdict, warning};
use crate::request::Machine;

pub(super) fn judge(machine: &Machine, verdicts: &mut Vec<Verdict>) {
    for (switch, choice) in machine.switches.chosen() {
        if !switch.applies(|backend| machine.uses(backend)) {
            let message = format!("{}: the variant {} makes no use of it.", switch.label, machine.variant.name());
            verdicts.push(warning(switch.name, "switch-not-used", message).hint("leave it out"));
        }
        let wrong = (switch.check)(choice, &machine.switches).into_iter();
        verdicts.extend(
            wrong.map(|wrong| verdict(wrong.severity, switch.name, "bad-switch", wrong.message).hint(wrong.hint)),
        );
    }
}
