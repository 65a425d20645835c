### Forms of plugins and of the host

field-denied = 您目前无权查看这一项
form-problems = 请先改好下面几处，您填的内容都还在：
no-slots = 眼下没有可约的时间。请过几天再看看，或直接联系服务机构。
slots-free = { $count } 个可选时间
category = 涉及您的个人信息：{ $field }
category-personal = 涉及您的个人信息
category-health = 涉及健康信息，属于敏感个人信息
problem-missing = 这一项必须填写。
problem-choose = 请选择一项。
problem-slot-missing = 请选一个时间。
problem-slot-gone = 这个时间刚刚被别人约走了，请另选一个。
problem-not-offered = 这个选项已经不在列表中，请重新选择。
problem-too-long = 最多 { $max } 个字，您写了 { $length } 个，请删减一些。
problem-number = 请填一个数字，例如 12。
problem-whole-number = 请填一个整数，例如 12。
problem-between = 请填 { $min } 到 { $max } 之间的数字。
problem-at-least = 请填不小于 { $min } 的数字。
problem-at-most = 请填不大于 { $max } 的数字。
problem-step = 请填 { $step } 的整数倍。
problem-date = 请填一个日期，例如 2026-11-24。
problem-date-from = 日期不能早于 { $date }。
problem-date-until = 日期不能晚于 { $date }。
problem-time = 请填一个时间，例如 09:30。
problem-json = 这不是有效的 JSON：{ $reason }
