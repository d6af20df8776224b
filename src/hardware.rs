//! What machines are made of: tables of CPUs and GPUs, and readers of what a machine prints about itself.
