//! What becomes of items once robots take them: new, in progress, then an end, or another attempt.

use std::collections::VecDeque;

use super::Queue;
use super::item::{Exception, Item, Retry, Status, Work};
use crate::sandbox::moment::Moment;
use crate::sandbox::robot::Outcome;

/// How far robots have come in a queue.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Progress {
    /// No item before this place is new.
    first_new: usize,
    /// The places of items in progress, the earliest first.
    taken: VecDeque<usize>,
    /// Items by status, but for those that are new.
    counts: [usize; Status::NAMES.len()],
    pub(in crate::sandbox) successful: usize,
    /// Attempts that ended so, retried ones included.
    pub(in crate::sandbox) application_exceptions: usize,
    pub(in crate::sandbox) business_exceptions: usize,
    pub(in crate::sandbox) last: Option<Moment>,
}

impl Queue {
    /// Items with this status.
    pub(in crate::sandbox) fn count(&self, status: Status) -> usize {
        match status {
            Status::New => self.items.len() - self.progress.counts.iter().sum::<usize>(),
            touched => self.progress.counts[touched as usize],
        }
    }

    /// Takes up to `most` new items that are not postponed.
    ///
    /// The oldest go first. Orchestrator looks at deadlines and priorities before; nobody who counts items sees the difference.
    pub(super) fn begin_work(&mut self, most: usize, now: Moment) -> usize {
        let progress = &mut self.progress;
        let is_new = |item: &Item| item.status == Status::New;
        progress.first_new += self.items.iter().skip(progress.first_new).take_while(|item| !is_new(item)).count();
        let waiting = self.items.iter_mut().enumerate().skip(progress.first_new);
        let ready = waiting.filter(|(_, item)| is_new(item) && item.defer().is_none_or(|until| until <= now));
        let mut taken = 0;
        for (place, item) in ready.take(most) {
            item.status = Status::InProgress;
            item.work.get_or_insert_default().started = Some(now);
            progress.taken.push_back(place);
            taken += 1;
        }
        progress.counts[Status::InProgress as usize] += taken;
        taken
    }

    /// Ends the work on the item that was taken first.
    pub(super) fn end_work(&mut self, outcome: Outcome, next_id: &mut i64, now: Moment) -> bool {
        let Some(place) = self.progress.taken.pop_front() else { return false };
        let Some(item) = self.items.get_mut(place) else { return false };
        let mut work = item.work();
        let retries = work.retry.map_or(0, |retry| retry.number);
        let again = outcome == Outcome::ApplicationException && self.auto_retry && retries < self.max_retries;
        let (status, exception) = match outcome {
            Outcome::Successful => (Status::Successful, None),
            Outcome::ApplicationException if again => (Status::Retried, Some(Exception::Application)),
            Outcome::ApplicationException => (Status::Failed, Some(Exception::Application)),
            Outcome::BusinessException => (Status::Failed, Some(Exception::Business)),
            Outcome::Abandoned => (Status::Abandoned, None),
        };
        (work.ended, work.exception) = (Some(now), exception);
        item.status = status;
        item.work = Some(Box::new(work));
        let retry = again.then(|| item.retried(*next_id, retries + 1, now));
        self.progress.note(status, exception, now);
        if let Some(retry) = retry {
            self.items.push(retry);
            *next_id += 1;
        }
        true
    }
}

impl Progress {
    fn note(&mut self, status: Status, exception: Option<Exception>, now: Moment) {
        self.counts[Status::InProgress as usize] -= 1;
        self.counts[status as usize] += 1;
        self.last = Some(now);
        match (status, exception) {
            (Status::Successful, _) => self.successful += 1,
            (_, Some(Exception::Application)) => self.application_exceptions += 1,
            (_, Some(Exception::Business)) => self.business_exceptions += 1,
            _ => {}
        }
    }
}

impl Item {
    /// The item that is made to have this one tried again: the same in all but its number and its age.
    fn retried(&self, id: i64, number: i32, now: Moment) -> Self {
        let retry = Retry { first: self.first(), ancestor: self.id, number };
        Self {
            id,
            created: now,
            priority: self.priority,
            reference: self.reference.clone(),
            content: self.content.clone(),
            rest: self.rest.clone(),
            status: Status::New,
            work: Some(Box::new(Work { retry: Some(retry), ..Work::default() })),
        }
    }
}
