{% snapshot client_tier %}
{{ config(target_schema=target.schema, unique_key='client_id', strategy='check', check_cols=['tier']) }}
select client_id, tier from {{ ref('client_value') }}
{% endsnapshot %}
