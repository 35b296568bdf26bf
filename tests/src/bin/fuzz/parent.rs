//! Watching the process that tries inputs, and keeping the one that it did not survive.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::mutate::input;
use crate::target::Target;

/// What takes longer than this for one input hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often it is looked.
const EVERY: Duration = Duration::from_millis(10);

/// Tries the target for that long. How many inputs were tried; or what is wrong.
pub(crate) fn run(target: &'static Target, seed: u64, time: Duration) -> Result<u64, String> {
    let mut child = start(target, seed, time)?;
    let number = Arc::new(AtomicU64::new(0));
    let told = Arc::clone(&number);
    let stdout = child.stdout.take();
    let reader = std::thread::spawn(move || {
        for line in stdout
            .into_iter()
            .flat_map(|out| BufReader::new(out).lines())
        {
            if let Some(now) = line.ok().and_then(|line| line.parse().ok()) {
                told.store(now, Ordering::Relaxed);
            }
        }
    });
    let words = Arc::new(Mutex::new(String::new()));
    let said = Arc::clone(&words);
    let stderr = child.stderr.take();
    let listener = std::thread::spawn(move || {
        let mut text = String::new();
        let _ = stderr.map(|mut stderr| stderr.read_to_string(&mut text));
        if let Ok(mut said) = said.lock() {
            *said = text;
        }
    });
    let ended = watch(&mut child, &number);
    let _ = (reader.join(), listener.join());
    let last = number.load(Ordering::Relaxed);
    match ended {
        None => Ok(last + 1),
        Some(how) => {
            let kept = keep(target, seed, last)?;
            let said = words.lock().map(|said| said.trim().to_owned());
            Err(format!(
                "{how} by input {last} of seed {seed}, kept as {}\n{}\ntry it again: cargo xtask fuzz {} --seed {seed} --only {last}",
                kept.display(),
                said.unwrap_or_default(),
                target.name,
            ))
        }
    }
}

fn start(target: &Target, seed: u64, time: Duration) -> Result<Child, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    Command::new(program)
        .arg(target.name)
        .args(["--seed", &seed.to_string(), "--child", "0"])
        .args(["--seconds", &time.as_secs_f64().to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("the process that tries inputs does not start: {error}"))
}

/// Waits for the end; how it came, if not as it should.
fn watch(child: &mut Child, number: &AtomicU64) -> Option<String> {
    let mut since = Instant::now();
    let mut seen = number.load(Ordering::Relaxed);
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return None,
            Ok(Some(status)) => return Some(format!("ended ({status})")),
            Ok(None) => {}
            Err(error) => return Some(format!("lost ({error})")),
        }
        let now = number.load(Ordering::Relaxed);
        if now != seen {
            (seen, since) = (now, Instant::now());
        }
        if since.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            return Some(format!("held for {} s", PATIENCE.as_secs()));
        }
        std::thread::sleep(EVERY);
    }
}

/// Writes the input into the build's folder, from where it can become a test.
fn keep(target: &Target, seed: u64, number: u64) -> Result<PathBuf, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let folder = program.ancestors().nth(2).unwrap_or(&program).join("fuzz");
    let file = folder.join(format!("{}-{seed}-{number}", target.name));
    let bytes = input(target, &(target.corpus)(), seed, number);
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&file, bytes))
        .map_err(|error| format!("failed to write {}: {error}", file.display()))?;
    Ok(file)
}
