-- Whether `persons` are national numbers: more than half of at least 20 values have eleven digits, of which the last
-- two check the others. Of people born from 2000 on a 2 stands before the number.
with

distinct_persons as (
    select distinct person from persons
    where person <> ''
),

digits as (
    select regexp_replace(person, '[ ./\x{A0}-]', '', 'g') as digits
    from distinct_persons
),

numbers as (
    select
        try_cast(digits[:9] as bigint) as number,
        try_cast(digits[10:] as bigint) as check_number,
        regexp_full_match(digits, '[0-9]{11}') as has_eleven_digits
    from digits
)

select
    count(*) >= 20 and count(*) < 2 * count_if(
        has_eleven_digits and check_number in (97 - number % 97, 97 - (2_000_000_000 + number) % 97)
    )
from numbers
