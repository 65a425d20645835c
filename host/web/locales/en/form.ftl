### Forms of plugins and of the host

field-denied = You may not see this
form-problems = Please mend the following. What you typed is still here:
no-slots = There is no free time at the moment. Look again in a few days, or contact the organisation.
slots-free = { $count ->
    [one] 1 free time
   *[other] { $count } free times
 }
category = This is personal data: { $field }
category-personal = This is personal data
category-health = This is health data, which is sensitive
problem-missing = Please fill this in.
problem-choose = Please choose.
problem-slot-missing = Please choose a time.
problem-slot-gone = Somebody has just taken this time. Please choose another.
problem-not-offered = This is no longer one of the choices. Please choose again.
problem-too-long = At most { $max } characters; you wrote { $length }. Please shorten it.
problem-number = Please enter a number, such as 12.
problem-whole-number = Please enter a whole number, such as 12.
problem-between = Please enter a number from { $min } to { $max }.
problem-at-least = Please enter { $min } or more.
problem-at-most = Please enter { $max } or less.
problem-step = Please enter a multiple of { $step }.
problem-date = Please enter a date, such as 2026-11-24.
problem-date-from = The earliest possible day is { $date }.
problem-date-until = The latest possible day is { $date }.
problem-time = Please enter a time, such as 09:30.
problem-json = This is not JSON: { $reason }
