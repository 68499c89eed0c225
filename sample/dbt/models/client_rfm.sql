select client_id, crm.rfm_merge(rfm) as rfm
from {{ ref('daily_rfm') }}
group by client_id
