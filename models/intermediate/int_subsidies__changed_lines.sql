{%- if not execute -%}{%- do ref('int_changed_clients') -%}{%- endif -%}
{{ placed_lines('client_id in ' ~ changed_clients(['trajectories', 'subsidies']) if is_increment_build() else 'false') }}
