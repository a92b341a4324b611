{#-
    The columns of a raw extract as the contract lists them: name, type, and how strict it is.
    required = must be filled and readable; readable = may be empty, but when filled must be readable;
    optional = a value that can't be read counts as not given, with a warning.
-#}
{% macro contract_columns(extract) %}
    {%- set columns = {
        'raw_trajectories': [
            ('trajectory_id', 'text', 'required'),
            ('recorded_at', 'timestamp', 'required'),
            ('is_void', 'boolean', 'readable'),
            ('client_id', 'text', 'required'),
            ('ocmw_nis', 'text', 'required'),
            ('residence_nis', 'nis', 'optional'),
            ('start_date', 'date', 'required'),
            ('planned_end_date', 'date', 'required'),
            ('end_date', 'date', 'readable'),
            ('end_reason', 'text', 'optional'),
            ('gender', 'text', 'optional'),
            ('birth_date', 'date', 'optional'),
            ('unemployed_since', 'date', 'optional'),
            ('education_level', 'text', 'optional'),
            ('migration_background', 'boolean', 'optional'),
        ],
        'raw_subsidies': [
            ('line_id', 'text', 'required'),
            ('booked_on', 'date', 'required'),
            ('ocmw_nis', 'text', 'required'),
            ('client_id', 'text', 'required'),
            ('performance_month', 'month', 'required'),
            ('stream', 'text', 'required'),
            ('line_type', 'text', 'required'),
            ('amount_eur', 'amount', 'required'),
        ],
        'raw_subsidy_claims': [
            ('claim_id', 'text', 'required'),
            ('recorded_at', 'timestamp', 'required'),
            ('is_void', 'boolean', 'readable'),
            ('ocmw_nis', 'text', 'required'),
            ('client_id', 'text', 'required'),
            ('performance_month', 'month', 'required'),
            ('stream', 'text', 'required'),
            ('claimed_eur', 'amount', 'required'),
        ],
        'raw_outflow': [
            ('spell_id', 'text', 'required'),
            ('recorded_at', 'timestamp', 'required'),
            ('is_void', 'boolean', 'readable'),
            ('client_id', 'text', 'required'),
            ('spell_code', 'text', 'required'),
            ('start_date', 'date', 'required'),
            ('end_date', 'date', 'readable'),
        ],
        'raw_transmissions': [
            ('transmission_id', 'text', 'required'),
            ('recorded_at', 'timestamp', 'required'),
            ('is_void', 'boolean', 'readable'),
            ('client_id', 'text', 'required'),
            ('transmission_date', 'date', 'required'),
            ('cause', 'text', 'optional'),
            ('decision', 'text', 'optional'),
            ('decision_date', 'date', 'readable'),
            ('sanction_weeks', 'integer', 'optional'),
        ],
    } -%}
    {%- set described = [] -%}
    {%- for name, type, presence in columns[extract] -%}
        {%- do described.append({'name': name, 'type': type, 'presence': presence}) -%}
    {%- endfor -%}
    {{ return(described) }}
{% endmacro %}


{#- The columns that name one record: two accepted rows never share them. -#}
{% macro extract_key(extract) %}
    {{ return(['line_id'] if extract == 'raw_subsidies' else [contract_columns(extract)[0].name, 'recorded_at']) }}
{% endmacro %}


{#- The extracts without their prefix, as the models are named after them. -#}
{% macro extract_names() %}
    {{ return(extracts() | map('replace', 'raw_', '') | list) }}
{% endmacro %}


{#- All extracts of the contract; only the claims may be absent. -#}
{% macro extracts() %}
    {{ return(['raw_trajectories', 'raw_subsidies', 'raw_subsidy_claims', 'raw_outflow', 'raw_transmissions']) }}
{% endmacro %}
