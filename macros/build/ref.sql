{#-
    References without the name of the database: it is the name of the file, and a view that holds it breaks when the
    file is renamed, copied or published under another name.
-#}
{% macro ref() %}
    {{ return(builtins.ref(*varargs, **kwargs).include(database=false)) }}
{% endmacro %}
