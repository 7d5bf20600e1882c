//! Interleaved rounds: every contender has its turn in each, in an order that moves on.
//!
//! The time is the CPU time of this thread. A ratio is taken within a round, where both saw the same machine,
//! and the median over all rounds is printed; medians of times are for orientation only.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// What one turn must at least take, so that the clock's steps do not count.
const TURN: Duration = Duration::from_millis(20);

/// One way to the answer. A wrong answer is its own business: it must panic.
pub struct Contender<'a> {
    name: String,
    run: Box<dyn FnMut() + 'a>,
}

impl<'a> Contender<'a> {
    /// Names one.
    pub fn new(name: impl Into<String>, run: impl FnMut() + 'a) -> Self {
        Contender { name: name.into(), run: Box::new(run) }
    }
}

/// The times of every contender, a call, in every round.
pub struct Race {
    names: Vec<String>,
    /// By contender, then by round.
    times: Vec<Vec<f64>>,
}

/// Lets all run, after some turns that are not counted.
pub fn race(rounds: usize, mut contenders: Vec<Contender<'_>>) -> Race {
    let calls: Vec<u32> = contenders.iter_mut().map(calls_in_a_turn).collect();
    let mut times = vec![Vec::with_capacity(rounds); contenders.len()];
    for round in 0..rounds {
        for step in 0..contenders.len() {
            let at = (round + step) % contenders.len();
            times[at].push(turn(&mut contenders[at], calls[at]));
        }
    }
    Race { names: contenders.into_iter().map(|contender| contender.name).collect(), times }
}

fn calls_in_a_turn(contender: &mut Contender<'_>) -> u32 {
    // The first call fills caches and prepares roots.
    turn(contender, 1);
    let once = turn(contender, 3).max(f64::MIN_POSITIVE);
    (TURN.as_secs_f64() / once).ceil().clamp(1.0, 10_000.0) as u32
}

/// Seconds of CPU time for one call.
fn turn(contender: &mut Contender<'_>, calls: u32) -> f64 {
    let before = cpu_seconds();
    for _ in 0..calls {
        (contender.run)();
    }
    (cpu_seconds() - before) / f64::from(calls)
}

fn cpu_seconds() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

impl Race {
    /// The median time of a contender, in seconds.
    pub fn median(&self, name: &str) -> f64 {
        quantile(self.of(name).to_vec(), 0.5)
    }

    /// First quartile, median and third quartile of the ratio between the time of `name` and that of
    /// `yardstick` in the same round.
    pub fn ratio(&self, name: &str, yardstick: &str) -> [f64; 3] {
        let pairs = self.of(name).iter().zip(self.of(yardstick));
        quartiles(pairs.map(|(own, other)| own / other).collect())
    }

    /// The same for what `name` takes more than `without`.
    pub fn ratio_of_difference(&self, name: &str, without: &str, yardstick: &str) -> [f64; 3] {
        let more = self.of(name).iter().zip(self.of(without)).map(|(all, rest)| all - rest);
        quartiles(more.zip(self.of(yardstick)).map(|(own, other)| own / other).collect())
    }

    /// Prints a row for each contender: the median of its time, and its ratio to the yardstick's.
    pub fn print(&self, case: &str, yardstick: &str) {
        for name in &self.names {
            row(case, name, self.median(name), self.ratio(name, yardstick));
        }
    }

    fn of(&self, name: &str) -> &[f64] {
        let at = self.names.iter().position(|known| known == name).expect("a contender of this name");
        &self.times[at]
    }
}

/// The head of the table that [`Race::print`] continues.
pub fn print_head(yardstick: &str) {
    println!("| case | what | CPU median | ratio to {yardstick} (quartiles) |");
    println!("|---|---|---|---|");
}

/// One row of the table.
pub fn row(case: &str, name: &str, seconds: f64, [low, middle, high]: [f64; 3]) {
    println!("| {case} | {name} | {:.3} ms | {middle:.2} ({low:.2}-{high:.2}) |", seconds * 1e3);
}

fn quartiles(values: Vec<f64>) -> [f64; 3] {
    [0.25, 0.5, 0.75].map(|part| quantile(values.clone(), part))
}

fn quantile(mut values: Vec<f64>, part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * part).round() as usize]
}
