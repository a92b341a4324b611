"""Mutation testing: which small faults in the SQL would `dbt build` with its tests let through?"""
