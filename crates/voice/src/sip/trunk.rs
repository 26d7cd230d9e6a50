//! Whether trunks work: OPTIONS every ten seconds, registration where a trunk wants it; and phones
//! whose registration ran out.

use super::settings::Trunk;
use super::stack::{Failure, Shared, address, credential, uri};
use super::word::Said;
use rsipstack::dialog::registration::Registration;
use rsipstack::sip::{Method, SipMessage, StatusCode, StatusCodeKind, typed};
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use rsipstack::transaction::make_tag;
use rsipstack::transaction::transaction::Transaction;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Between two questions.
const EVERY: Duration = Duration::from_secs(10);

/// A trunk that does not answer within this time does not work.
const PATIENCE: Duration = Duration::from_secs(4);

/// What a registration is asked for, in seconds.
const REGISTERED: u32 = 600;

/// Begins to watch everything; ends with the stack.
pub(super) fn watch(shared: &Arc<Shared>) {
    for trunk in &shared.settings.trunks {
        if trunk.registers {
            spawn(shared, registered(Arc::clone(shared), trunk.clone()));
        } else if trunk.probed {
            spawn(shared, probed(Arc::clone(shared), trunk.clone()));
        }
    }
    spawn(shared, phones(Arc::clone(shared)));
}

fn spawn(shared: &Arc<Shared>, work: impl Future<Output = ()> + Send + 'static) {
    let stop = shared.stopped();
    tokio::spawn(async move {
        tokio::select! {
            () = stop.cancelled() => {}
            () = work => {}
        }
    });
}

async fn probed(shared: Arc<Shared>, trunk: Trunk) {
    let mut worked = None;
    loop {
        let asked = Instant::now();
        let answer = tokio::time::timeout(PATIENCE, options(&shared, &trunk)).await;
        let works = matches!(answer, Ok(Ok(true)));
        if worked != Some(works) {
            shared.tell(Said::Trunk(trunk.name.clone(), works));
            worked = Some(works);
        }
        tokio::time::sleep(EVERY.saturating_sub(asked.elapsed())).await;
    }
}

/// Any answer but 408 and 503 says that somebody is there.
async fn options(shared: &Arc<Shared>, trunk: &Trunk) -> Result<bool, Failure> {
    let target = uri(&format!("sip:{}:{}", trunk.host, trunk.port))?;
    let own = shared
        .layer
        .build_local_contact(Some("liandong".to_owned()), None)?;
    let destination = address(trunk)?;
    let via = shared
        .layer
        .endpoint
        .transport_layer
        .get_listen_addrs()
        .into_iter()
        .find(|a| a.r#type == destination.r#type);
    let from = typed::From {
        display_name: None,
        uri: own,
        params: Vec::new(),
    };
    let to = typed::To {
        display_name: None,
        uri: target.clone(),
        params: Vec::new(),
    };
    let request = shared.endpoint.make_request(
        Method::Options,
        target,
        shared.endpoint.get_via(via, None)?,
        from.with_tag(make_tag()),
        to,
        1,
        None,
    );
    let key = TransactionKey::from_request(&request, TransactionRole::Client)?;
    let mut transaction = Transaction::new_client(key, request, Arc::clone(&shared.endpoint), None);
    transaction.destination = Some(destination);
    transaction.send().await?;
    while let Some(message) = transaction.receive().await {
        if let SipMessage::Response(response) = message
            && response.status_code.kind() != StatusCodeKind::Provisional
        {
            return Ok(!matches!(
                response.status_code,
                StatusCode::RequestTimeout | StatusCode::ServiceUnavailable
            ));
        }
    }
    Ok(false)
}

async fn registered(shared: Arc<Shared>, trunk: Trunk) {
    let account = trunk.account.as_ref().map(credential);
    let mut registration = Registration::new(Arc::clone(&shared.endpoint), account);
    let mut worked = None;
    let mut failures = 0_u32;
    loop {
        let target = format!(
            "sip:{}:{};transport={}",
            trunk.host,
            trunk.port,
            rsipstack::sip::Transport::from(trunk.transport)
        );
        let answer = match uri(&target) {
            Ok(target) => registration.register(target, Some(REGISTERED)).await,
            Err(error) => Err(rsipstack::Error::Error(error.to_string())),
        };
        let works = answer
            .as_ref()
            .is_ok_and(|a| a.status_code == StatusCode::OK);
        if worked != Some(works) {
            shared.tell(Said::Trunk(trunk.name.clone(), works));
            worked = Some(works);
        }
        let wait = if works {
            failures = 0;
            u64::from(registration.expires().clamp(30, REGISTERED)) * 3 / 4
        } else {
            tracing::warn!(trunk = %trunk.name, "the trunk does not take our registration");
            failures = (failures + 1).min(5);
            // 4, 8, 16 … 60 s: a network that comes up again is not run over.
            (2_u64 << failures).min(60)
        };
        tokio::time::sleep(Duration::from_secs(wait)).await;
    }
}

async fn phones(shared: Arc<Shared>) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        for seat in shared.registrar.expire(Instant::now()) {
            shared.tell(Said::Bound(seat.clone(), None));
            shared.tell(Said::Phone(seat, false));
        }
    }
}
