{# The thresholds of the house: a table of policies with their versions would serve as well. #}
{% macro tier_policy() %}crm.tier_policy_example(){% endmacro %}
