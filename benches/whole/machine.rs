//! On what, when, and of which state of the project.

use crate::process::output_of;

/// One line for people.
pub(crate) fn described() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let date = output_of("date", &["-u", "+%Y-%m-%d"]);
    let kernel = output_of("uname", &["-sr"]);
    let commit = output_of("git", &["describe", "--always", "--dirty"]);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    format!(
        "{date}, commit {commit}: {cores} cores of {}, {kernel}, load {load} at the beginning",
        processor()
    )
}

fn processor() -> String {
    let all = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = all.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split_once(':'));
    name.map_or_else(|| "an unknown processor".to_owned(), |(_, name)| name.trim().to_owned())
}
