select client_id, crm.recency(rfm, as_of) as days_quiet, crm.frequency(rfm) as events, crm.total(rfm) as commission,
  crm.tier_of(100 * crm.total(rfm), {{ tier_policy() }}) as tier
from {{ ref('client_rfm') }}
cross join (select max(day) as as_of from {{ ref('daily_rfm') }}) as d
