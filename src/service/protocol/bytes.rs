//! How the questions and answers go as bytes: their fields in order.

use super::*;
use crate::request::{Follows, Input, Install, Paths, Place, Server, Style};
use crate::service::wire::wire;

wire!(struct Question { id, ask });
wire!(enum Ask {
    Files(files),
    Plan(choices),
    Judge(cases),
    Strokes(text),
    Show { path, view },
    Guide,
    Zip,
    Patch,
    Link { choices, files },
    Open(fragment),
    Draft(text),
    Read(text),
    Advise { gpus, system },
    Search(query),
    Cpus,
});
wire!(struct Choices { machines, options });
wire!(struct Case { name, machine, reading, gpus });
wire!(struct Gpu { vendor, name, capability, gfx });
wire!(struct Answer { id, micros, said });
wire!(
    enum Said {
        Refused(why),
        Inspected(findings),
        Planned(outline),
        Judged(judgements),
        Strokes(strokes),
        Shown(shown),
        Guide(blocks),
        Taken(bytes),
        Link(fragment),
        Opened(opened),
        NotALink,
        Draft(draft),
        Read(heard, advice),
        Advised(advice),
        Found(gpus),
        Cpus(cpus),
    }
);
wire!(struct Findings { machines, inputs, wants, diagnostics });
wire!(struct Found { name, file, line, column, system, suggested, guesses });
wire!(struct Outline { outcome, files, machines, by_hand, diagnostics, commands, guide });
wire!(struct Changed { path, change, before, after, added, removed });
wire!(struct Judgement { verdicts, advice });
wire!(struct Verdict { field, severity, message, hint });
wire!(struct Advice { variant, cpu, system, reason, cost, others, notes });
wire!(struct Note { severity, message });
wire!(struct Heard { reading, hostname, sources, has_cpu, gpus, lists_all_gpus, parts, notes });
wire!(struct HeardPart { name, evidence });
wire!(struct Evidence { source, line, excerpt });
wire!(struct Cpus { families, rows, features });
wire!(struct CpuFamily { name, ranges });
wire!(struct CpuRange { label, cpu });
wire!(struct CpuRow { march, name, features });
wire!(struct Opened { choices, files, unrecognised });
wire!(struct Draft { choices, machines, by_hand, gpus });

// Of the contract and the hardware.
wire!(struct Diagnostic { severity, code, file, line, column, end_line, end_column, message, hint, snippet });
wire!(struct Want { file, because });
wire!(struct Command { run, why });
wire!(struct Alternative { variant, possible, against });
wire!(
    enum Severity {
        Error,
        Warning,
        Note,
    }
);
wire!(
    enum Outcome {
        Complete,
        Unchanged,
        Partial,
        Refused,
    }
);
wire!(
    enum Change {
        Modified,
        Created,
        Deleted,
    }
);
wire!(
    enum GpuVendor {
        Nvidia,
        Amd,
        Intel,
    }
);
wire!(struct Machine { variant, system, cpu, cuda_capabilities, rocm_targets, drivers, install, server });
wire!(
    enum Variant {
        Cpu,
        Cuda,
        Vulkan,
        Rocm,
    }
);
wire!(enum Cpu { Dispatch, March { march }, Features { features }, Arm { arch }, Native, Baseline });
wire!(
    enum Install {
        System,
        Home(user),
        None,
    }
);
wire!(struct Server { host, port, model, open_firewall });
wire!(struct Options { style, place, input, paths, alias, binary_caches, remove });
wire!(
    enum Style {
        Module,
        Overlay,
    }
);
wire!(
    enum Place {
        Auto,
        Machines,
        Shared,
    }
);
wire!(struct Input { name, url, follows });
wire!(
    enum Follows {
        Auto(on),
        Named(name),
    }
);
wire!(struct Paths { overlay, module, machine });
wire!(
    enum Field {
        Variant,
        System,
        Cpu,
        Capabilities,
        Targets,
        Drivers,
        Install,
        Server,
    }
);
