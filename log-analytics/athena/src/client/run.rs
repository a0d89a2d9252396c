//! A question that runs: the calls that the state machine asks for.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use aws_sdk_athena::config::AsyncSleep as _;
use aws_sdk_athena::operation::start_query_execution::builders::StartQueryExecutionFluentBuilder;
use aws_sdk_athena::types::{
    QueryExecutionContext, ResultConfiguration, ResultReuseByAgeConfiguration,
    ResultReuseConfiguration,
};
use futures_util::future::{Either, select};

use super::error::{ClientError, Problem};
use super::execution::Told;
use super::follow::{Event, Follow, Next, State};
use super::pace::Pace;
use super::question::{Question, token};
use super::{Athena, Progress, Settings};

/// For how long an earlier answer is taken again: as long as Athena lets it be.
const REUSED_FOR_MINUTES: i32 = 10_080;
/// Attempts to end a question, which costs as long as it runs.
const STOPS: u32 = 10;

impl Athena {
    /// Starts it, once, however often that has to be said: Athena knows it by its token.
    pub(super) async fn start(
        &self,
        sql: &str,
        question: &Question,
        pace: &Pace,
        watch: &(dyn Fn(Progress) + Sync),
        unwanted: &mut (impl Future<Output = ()> + Unpin),
    ) -> Result<String, ClientError> {
        let mut follow = Follow::new(pace.clone());
        loop {
            let problem = match self.call_to_start(sql, question).send().await {
                Ok(started) => return Ok(started.query_execution_id.unwrap_or_default()),
                Err(error) => Problem::of(error),
            };
            let doing = "starting the question";
            let Next::AskAfter(wait) = follow.next(Event::Unreached) else {
                return Err(problem.while_doing(doing));
            };
            if !problem.is_transient {
                return Err(problem.while_doing(doing));
            }
            watch(Progress { state: State::Queued, bytes: 0 });
            if self.is_unwanted_within(wait, unwanted).await {
                return Err(ClientError::Cancelled(Box::default()));
            }
        }
    }

    fn call_to_start(&self, sql: &str, question: &Question) -> StartQueryExecutionFluentBuilder {
        let Settings { workgroup, catalog, database, output } = &self.settings;
        let context = QueryExecutionContext::builder().catalog(catalog).database(database).build();
        let place = output.as_ref();
        let place = place.map(|it| ResultConfiguration::builder().output_location(it).build());
        let reuse = question.may_reuse.then(|| {
            let by_age = ResultReuseByAgeConfiguration::builder()
                .enabled(true)
                .max_age_in_minutes(REUSED_FOR_MINUTES);
            ResultReuseConfiguration::builder()
                .result_reuse_by_age_configuration(by_age.build())
                .build()
        });
        let parameters = Some(question.parameters.clone()).filter(|it| !it.is_empty());
        self.calls
            .start_query_execution()
            .query_string(sql)
            .client_request_token(token(question.seed))
            .query_execution_context(context)
            .work_group(workgroup)
            .set_result_configuration(place)
            .set_result_reuse_configuration(reuse)
            .set_execution_parameters(parameters)
    }

    /// Follows it to its end.
    pub(super) async fn follow(
        &self,
        id: &str,
        mut follow: Follow,
        watch: &(dyn Fn(Progress) + Sync),
        unwanted: &mut (impl Future<Output = ()> + Unpin),
    ) -> Result<Told, ClientError> {
        let mut is_unwanted = false;
        let mut last: Option<Told> = None;
        let mut problem = None;
        let mut event = Event::Told(State::Queued);
        loop {
            event = match follow.next(event) {
                Next::AskAfter(wait) if is_unwanted => {
                    self.sleep(wait).await;
                    self.look(id, watch, &mut last, &mut problem).await?
                }
                Next::AskAfter(wait) => {
                    is_unwanted = self.is_unwanted_within(wait, unwanted).await;
                    if is_unwanted {
                        Event::Unwanted
                    } else {
                        self.look(id, watch, &mut last, &mut problem).await?
                    }
                }
                Next::Stop => self.stop(id, follow.pace.clone().anew()).await?,
                Next::End(_) if is_unwanted => {
                    let bill = last.map(|it| it.bill).unwrap_or_default();
                    return Err(ClientError::Cancelled(Box::new(bill)));
                }
                Next::End(_) | Next::GiveUp => {
                    let ended = last.filter(|_| problem.is_none());
                    return ended.ok_or_else(|| lost(id, problem));
                }
            };
        }
    }

    /// Where it is; what cannot be told now may be told later.
    async fn look(
        &self,
        id: &str,
        watch: &(dyn Fn(Progress) + Sync),
        last: &mut Option<Told>,
        problem: &mut Option<Problem>,
    ) -> Result<Event, ClientError> {
        let got = self.calls.get_query_execution().query_execution_id(id).send().await;
        let got = match got {
            Ok(got) => got,
            Err(error) => {
                let met = Problem::of(error);
                if !met.is_transient {
                    return Err(lost(id, Some(met)));
                }
                *problem = Some(met);
                return Ok(Event::Unreached);
            }
        };
        *problem = None;
        let Some(execution) = got.query_execution() else { return Ok(Event::Unreached) };
        let told = Told::of(id, execution);
        watch(Progress { state: told.state, bytes: told.bill.bytes });
        let state = told.state;
        *last = Some(told);
        Ok(Event::Told(state))
    }

    async fn stop(&self, id: &str, mut pace: Pace) -> Result<Event, ClientError> {
        let mut attempt = 1;
        loop {
            let sent = self.calls.stop_query_execution().query_execution_id(id).send().await;
            let Err(error) = sent else { return Ok(Event::Stopped) };
            let problem = Problem::of(error);
            if !problem.is_transient || attempt == STOPS {
                return Err(lost(id, Some(problem)));
            }
            attempt += 1;
            self.sleep(pace.next()).await;
        }
    }

    /// Waits; whether nobody wants to know any more before that is over.
    async fn is_unwanted_within(
        &self,
        wait: Duration,
        unwanted: &mut (impl Future<Output = ()> + Unpin),
    ) -> bool {
        let sleep = pin!(self.sleep(wait));
        matches!(select(unwanted, sleep).await, Either::Left(_))
    }

    pub(super) async fn sleep(&self, wait: Duration) {
        if let Some(sleep) = &self.sleep {
            sleep.sleep(wait).await;
        }
    }
}

fn lost(id: &str, problem: Option<Problem>) -> ClientError {
    let problem = problem.unwrap_or_else(|| Problem {
        code: None,
        message: "Athena tells nothing of it".to_owned(),
        is_transient: true,
    });
    ClientError::Lost { id: id.to_owned(), problem }
}
