//! Fewer turns, each with its exchanges; then fewer exchanges; and earlier interrupts.

use super::oracle::Oracle;
use super::reduce::Reduction;
use crate::recording::{Interrupt, Recording};

/// How many exchanges each turn uses up, where that is known and fits; else one each.
pub(super) fn shares(recording: &Recording, requests: &[usize]) -> Vec<usize> {
    let fits = requests.len() == recording.turns.len()
        && requests.iter().sum::<usize>() <= recording.exchanges.len();
    if fits { requests.to_vec() } else { vec![1; recording.turns.len()] }
}

pub(super) async fn pass<O: Oracle<Recording>>(reduction: &mut Reduction<'_, O>) -> Result<(), O::Error> {
    fewer_turns(reduction).await?;
    fewer_exchanges(reduction).await?;
    earlier_interrupts(reduction).await
}

async fn fewer_turns<O: Oracle<Recording>>(reduction: &mut Reduction<'_, O>) -> Result<(), O::Error> {
    let turns: Vec<usize> = (0..reduction.recording.turns.len()).collect();
    let shares = reduction.shares.clone();
    let gone = reduction.make(&turns, |recording, gone| without_turns(recording, &shares, gone)).await?;
    let mut turns = 0..;
    reduction.shares.retain(|_| turns.next().is_none_or(|turn| !gone.contains(&turn)));
    Ok(())
}

fn without_turns(recording: &Recording, shares: &[usize], gone: &[&usize]) -> Recording {
    let mut turns = 0..;
    let mut exchanges = 0..;
    let mut smaller = recording.clone();
    smaller.turns.retain(|_| turns.next().is_none_or(|turn| !gone.contains(&&turn)));
    smaller.exchanges.retain(|_| {
        let turn = exchanges.next().and_then(|exchange| turn_of(shares, exchange));
        turn.is_none_or(|turn| !gone.contains(&&turn))
    });
    smaller
}

/// The turn that uses an exchange up; `None` where none does.
fn turn_of(shares: &[usize], exchange: usize) -> Option<usize> {
    let ends = shares.iter().scan(0, |end, share| {
        *end += share;
        Some(*end)
    });
    ends.enumerate().find(|(_, end)| exchange < *end).map(|(turn, _)| turn)
}

async fn fewer_exchanges<O: Oracle<Recording>>(reduction: &mut Reduction<'_, O>) -> Result<(), O::Error> {
    let exchanges: Vec<usize> = (0..reduction.recording.exchanges.len()).collect();
    let gone = reduction.make(&exchanges, |recording, gone| {
        let mut smaller = recording.clone();
        let mut exchanges = 0..;
        smaller.exchanges.retain(|_| exchanges.next().is_none_or(|exchange| !gone.contains(&&exchange)));
        smaller
    });
    let owners: Vec<usize> =
        gone.await?.iter().filter_map(|exchange| turn_of(&reduction.shares, *exchange)).collect();
    for turn in owners {
        reduction.shares[turn] -= 1;
    }
    Ok(())
}

/// After half as many of whatever is counted, or one less.
async fn earlier_interrupts<O: Oracle<Recording>>(reduction: &mut Reduction<'_, O>) -> Result<(), O::Error> {
    for earlier in [|count: usize| count / 2, |count: usize| count - 1] {
        loop {
            let turns: Vec<usize> = (0..reduction.recording.turns.len())
                .filter(|turn| {
                    count_of(reduction.recording.turns[*turn].interrupt).is_some_and(|count| count > 1)
                })
                .collect();
            let made = reduction.make(&turns, |recording, turns| {
                let mut smaller = recording.clone();
                for turn in turns {
                    let turn = &mut smaller.turns[**turn];
                    turn.interrupt = turn.interrupt.map(|interrupt| counting(interrupt, earlier));
                }
                smaller
            });
            if made.await?.is_empty() {
                break;
            }
        }
    }
    Ok(())
}

fn count_of(interrupt: Option<Interrupt>) -> Option<usize> {
    interrupt.map(|interrupt| match interrupt {
        Interrupt::AfterRequests(count) | Interrupt::AfterEvents(count) | Interrupt::AfterRetries(count) => {
            count
        }
    })
}

fn counting(interrupt: Interrupt, other: impl Fn(usize) -> usize) -> Interrupt {
    match interrupt {
        Interrupt::AfterRequests(count) => Interrupt::AfterRequests(other(count)),
        Interrupt::AfterEvents(count) => Interrupt::AfterEvents(other(count)),
        Interrupt::AfterRetries(count) => Interrupt::AfterRetries(other(count)),
    }
}
