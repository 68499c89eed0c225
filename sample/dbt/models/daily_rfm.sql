{{ config(materialized='incremental', unique_key=['client_id', 'day']) }}

select client_id, day, crm.rfm_agg(day, commission) as rfm
from {{ source('raw', 'trade') }}
{% if is_incremental() %}
-- The last day may not have been complete.
where day >= (select max(day) from {{ this }})
{% endif %}
group by client_id, day
