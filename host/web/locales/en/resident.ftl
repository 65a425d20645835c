### Pages of residents and staff

login-welcome = Welcome to { $district }
login-lead = Care, childcare, legal aid, jobs: log in for the services of your community.
login-name = User name
login-password = Password
login-wrong = The user name or the password is wrong, so you were not logged in. Check upper and lower case and try again.
login-too-many = There were too many wrong tries, so logging in is paused for safety. Please wait { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
 }, or ask your community's staff.
login-help = Forgot your password? Your community's staff can set a new one.
home-greeting = Hello, { $name }
home-work = My work
home-services = Services in { $community }
home-no-services = No services are offered in your community yet. They will appear here.
home-spaces = Places in the community
home-nothing = You are not registered in a community and have no post. Ask your community's staff to register you.
space-capacity = room for { $count }
consent-title = { $service } asks to use personal data
consent-lead = { $service } by { $organisation } needs your consent to see the following. You can withdraw it at any time.
consent-lead-for = You are deciding for { $name }: { $service } by { $organisation } needs consent to see the following about { $name }. It can be withdrawn at any time.
consent-necessary = Necessary
consent-necessary-hint = The service cannot work without these.
consent-optional = Optional
consent-optional-hint = You can use the service without ticking these.
consent-sensitive = Sensitive data, agreed to separately
consent-sensitive-hint = This kind of data can do harm in the wrong hands, so please decide on each one.
consent-sensitive-necessary = The service needs this one; if you don't agree, choose “Not now”.
consent-guardian = This is about a child under 14, so a parent or another guardian has to decide. Please ask the guardian to log in, choose whom they act for, and open this service. If nobody is registered as guardian, the community's staff can do that.
consent-until = Your consent holds until { $until }. Who saw what, and how to withdraw:
consent-agree = Agree and go on
consent-decline = Not now
inbox-unread = { $count ->
    [one] 1 unread notice
   *[other] { $count } unread notices
 }
inbox-empty = No notices yet. Bookings, reminders and news of your services will appear here.
inbox-read = Mark as read
inbox-read-all = Mark all as read
inbox-urgent = Urgent
inbox-new = New
inbox-about = about { $name }
inbox-older = Older notices
data-of = Data of { $name }
data-lead = Which services may see your data, who has seen it and why. You can withdraw a consent at any time.
data-consents = What I agreed to
data-no-consents = You have not agreed to any use of your data.
data-since = since { $date }
data-until = until { $date }
data-separate = agreed to separately
data-by-guardian = agreed to by a guardian
data-withdraw = Withdraw
data-withdraw-question = Withdraw the consent that { $service } may use: { $field }?
data-withdraw-necessary = { $service } can then no longer serve you until you agree again. Appointments that you have are not cancelled by this.
data-withdraw-optional = { $service } can then no longer see this; the service goes on.
data-disclosures = Who has seen my data
data-disclosures-caption = Most recent first
data-no-disclosures = Nobody has seen your data yet.
data-when = When
data-who = Who
data-what = What
data-what-for = What for
data-basis = On what basis
data-older = Older entries
acting-title = For whom do you act?
acting-lead = The top of every page then shows for whom you act. All that you do is recorded under your name.
acting-self = Myself
acting-now = Now
acting-nobody = Nobody has asked you to act for them. Your family can register that with the community's staff.
hours-lead = Residents can only book free time within these hours.
hours-no-calendar = You have no calendar yet. Ask your organisation to have the admin make one.
hours-none = There are no hours yet, so residents cannot book you. Add some below.
hours-add = Add hours
hours-days = On which days of the week
hours-from = From
hours-to = To
hours-remove-question = Remove these hours?
hours-remove-effect = Residents can no longer book this time; what is booked stays.
