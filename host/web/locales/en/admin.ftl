### Pages of the district admin

count-residents = Residents
count-communities = Communities
count-organisations = Organisations
count-installations = Enabled services
overview-waiting = Waiting for review
overview-nothing-waiting = No release is waiting.
overview-ill = Services in trouble
overview-all-well = All services are well.
organisations-none = There are no organisations yet. Register the first one below.
organisation-counts = { $keys ->
    [one] 1 key
   *[other] { $keys } keys
 }, { $releases ->
    [one] 1 release
   *[other] { $releases } releases
 }
organisation-new = Register an organisation
organisation-code = Code
organisation-code-hint = Part of plugin names and addresses, such as jinhui: lower-case letters, digits and hyphens, a letter first. It cannot be changed.
organisation-create = Register
organisation-no-releases = Nothing was uploaded yet.
name-zh = Name in Chinese
name-en = Name in English
keys = Signing keys
keys-lead = Only releases signed with one of these keys can be uploaded.
keys-none = There is no key yet, so nothing of this organisation can be uploaded.
key-live = Live
key-revoked = Revoked
key-added = added { $date }
key-revoked-on = revoked { $date }
key-add = Add a key
key-public = minisign public key
key-public-hint = Paste the .pub file, or its line that begins with RW. Check it with the organisation in person or by telephone.
key-revoke = Revoke
key-revoke-question = Revoke the key “{ $label }”?
key-revoke-effect = Releases signed with it are no longer accepted. Enabled services go on; review each of them.
releases-none = There are no releases yet. Upload one below.
release-waiting = Waiting
release-approved = Approved
release-rejected = Rejected
release-plugin = Plugin
release-publisher = Published by
release-signature = Signature
release-signed-by = signed with “{ $label }”
release-signature-good = Verified
release-key-revoked = Key revoked since
release-licence = Licence
release-uploaded = Uploaded
release-size = Size
release-permissions = What it may do
release-permissions-hint = Read from what the component imports; a plugin cannot hide it.
release-no-permissions = It asks for no permission.
release-fields = Personal data it uses
release-no-fields = It uses no personal data of residents.
release-collections = What it keeps
release-no-collections = It keeps no records.
release-pages = Pages and who may open them
release-decision = Decision
release-approve = Approve
release-approve-question = Approve { $name }?
release-approve-effect = It can then be enabled in communities. Residents do not see it yet.
release-reject = Reject
release-reject-question = Reject { $name }?
release-reject-effect = This version cannot be enabled; the organisation has to upload a new one.
release-reject-reason = Reason (the organisation sees it)
release-enable-hint = Approved: it can be enabled in communities.
optional-permission = Works without
optional-field = Optional
sensitive = Sensitive
retention = kept { $days ->
    [one] 1 day
   *[other] { $days } days
 } after the last change
upload = Upload a release
upload-lead = Choose the component and its signature. It is checked, then you review it; only then can it be enabled.
upload-component = Component (.wasm)
upload-component-hint = Made by linli plugin build, at most { $limit }.
upload-signature = Signature (.minisig)
upload-signature-hint = Made by linli plugin sign, or by minisign.
upload-button = Upload and check
upload-refused = { $file } was not accepted:
upload-nothing-lost = Other releases and enabled services have not changed.
service = Service
installations-lead = Each cell is one service in one community.
installations-caption = Services by community
installations-none = No service is approved yet. First upload and review one:
installation-enabled = Enabled
installation-ill = In trouble
installation-disabled = Disabled
no-release = No approved release
enable = Enable
enable-title = Enable { $service } in { $community }
enable-grants-hint = Tick what you grant. It cannot be enabled without those marked as necessary.
enable-here = Enable in { $community }
enable-effect = Residents of this community see it at once and can use it.
enable-again = Enable again
enable-again-question = Enable { $service } in { $community } again?
disable = Disable
disable-question = Disable { $service } in { $community }?
disable-effect = Residents can no longer open it. Its data and appointments are kept, and it can be enabled again.
settings = Settings
settings-json = Written as JSON
installation-since = Enabled since
installation-grants = What it may do
installation-withheld = What it was not given
installation-failures = Recent failures
installation-failures-caption = Most recent first
installation-no-failures = No failures.
installation-log = Log
installation-no-log = No log lines yet.
installation-switch = Switch
failure-what = What
failure-reason = Reason
failure-request = Request
audience-residents = residents
dead-title = Messages that could not be sent
dead-lead = They were tried many times. When the fault is mended, send them again, or take them off the list.
dead-none = Everything could be sent.
dead-attempts = { $count ->
    [one] tried once
   *[other] tried { $count } times
 }
dead-retry = Send again
dead-drop = Take off the list
dead-drop-question = Take this message off the list?
dead-drop-effect = It is not sent by this channel again; the notice stays in the inbox.
dead-more = More
dead-count = { $count ->
    [one] 1 message could not be sent
   *[other] { $count } messages could not be sent
 }
invitations-lead = Roles are taken by invitation: the invited person uses the code from the mail or the letter, once, within two weeks.
invitations-none = Nobody was invited yet.
invitations-by-mail = by mail
invitations-by-letter = by letter
invitations-dates = made { $created } · accept by { $expires }
invitations-letter = Letter to print
invitations-letter-lead = Print it and hand it over. Whoever has the code can take the role; that you have looked at it is on record.
invitations-revoke = Take back
invitations-revoke-question = Take this invitation back?
invitations-revoke-effect = The code stops working at once.
invitations-open = Not accepted yet
invitations-accepted = Accepted
invitations-revoked = Taken back
invitations-expired = Too old
invitations-new = Invite somebody
invitations-name = Name
invitations-email-hint = Leave it empty to print a letter instead.
invitations-language = Language of the invitation
invitations-office = Office or organisation
invitations-at = A role at { $organisation }
invitations-role = Role at the organisation
invitations-role-hint = The code of the role, as the organisation's services call it, such as care-worker, or volunteer.
invitations-community = Community
invitations-invite = Invite
