//! The resident roll (居民花名册) as a table: its columns, and what a row says or why it cannot be read.

use crate::Localised;
use crate::identity::IdentityNumber;
use crate::need::{MAX_NOTE, births_of};
use crate::resident::{relation_code, relation_names, residence_code, residence_names};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A column of the roll.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Column {
    /// 姓名.
    Name,
    /// 身份证号: by it a row is found again.
    Identity,
    /// 性别.
    Sex,
    /// 出生日期.
    BirthDate,
    /// 联系电话.
    Phone,
    /// 楼栋.
    Building,
    /// 房号.
    Unit,
    /// 与户主关系.
    Relation,
    /// 居住类型.
    Residence,
    /// 户籍地址.
    RegisteredPlace,
    /// 人群分类.
    Segments,
    /// 需求.
    Needs,
}

/// All columns in the order of the template: the heading in Chinese and in English, and what an example holds.
const COLUMNS: [(Column, &str, &str, &str); 12] = [
    (Column::Name, "姓名", "name", "王秀兰"),
    (
        Column::Identity,
        "身份证号",
        "identity-number",
        "11010519491231002X",
    ),
    (Column::Sex, "性别", "sex", "女"),
    (Column::BirthDate, "出生日期", "birth-date", "1949-12-31"),
    (Column::Phone, "联系电话", "phone", "13800000000"),
    (Column::Building, "楼栋", "building", "3号楼"),
    (Column::Unit, "房号", "unit", "402室"),
    (Column::Relation, "与户主关系", "relation", "户主"),
    (Column::Residence, "居住类型", "residence", "人户一致"),
    (
        Column::RegisteredPlace,
        "户籍地址",
        "registered-place",
        "本市某区某街道",
    ),
    (Column::Segments, "人群分类", "segments", "独居；残疾"),
    (
        Column::Needs,
        "需求",
        "needs",
        "meal-delivery:每天一餐，少盐",
    ),
];

/// Segments that may be written by their Chinese name.
const SEGMENTS: [(&str, &str); 9] = [
    ("living-alone", "独居"),
    ("empty-nest", "空巢"),
    ("disabled", "残疾"),
    ("low-income", "低保"),
    ("extreme-poverty", "特困"),
    ("new-resident", "新居民"),
    ("left-behind-child", "留守儿童"),
    ("lost-only-child", "计生特殊家庭"),
    ("veteran", "退役军人"),
];

impl Column {
    fn of(heading: &str) -> Option<Self> {
        let heading = heading
            .trim()
            .trim_start_matches('\u{feff}')
            .trim_end_matches(['*', '＊']);
        COLUMNS
            .iter()
            .find(|(_, zh, en, _)| *zh == heading || en.eq_ignore_ascii_case(heading))
            .map(|(column, ..)| *column)
    }

    /// Its heading in Chinese and in English.
    pub fn heading(self) -> Localised {
        let found = COLUMNS.iter().find(|(column, ..)| *column == self);
        found.map_or_else(Localised::default, |(_, zh, en, _)| {
            Localised::new(*zh, *en)
        })
    }
}

/// The headings of a template, in Chinese, and one example.
pub fn template() -> [Vec<&'static str>; 2] {
    [
        COLUMNS.iter().map(|(_, zh, _, _)| *zh).collect(),
        COLUMNS.iter().map(|(_, _, _, example)| *example).collect(),
    ]
}

/// What is wrong with a cell and how to mend it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Of which column, in words.
    pub column: Localised,
    /// What the cell holds, shortened; numbers of persons are masked.
    pub value: String,
    /// What is wrong.
    pub problem: Localised,
    /// What to write instead.
    pub mend: Localised,
}

impl Problem {
    /// A problem of a column's cell.
    pub fn of(column: Column, value: &str, problem: Localised, mend: Localised) -> Self {
        let value = match column {
            Column::Identity | Column::Phone => mask(value),
            _ => value.chars().take(40).collect(),
        };
        Self {
            column: column.heading(),
            value,
            problem,
            mend,
        }
    }

    /// A problem of a row or of the file, of no column.
    pub fn of_row(problem: Localised, mend: Localised) -> Self {
        Self {
            column: Localised::default(),
            value: String::new(),
            problem,
            mend,
        }
    }
}

fn mask(value: &str) -> String {
    let length = value.chars().count().min(40);
    value
        .chars()
        .take(40)
        .enumerate()
        .map(|(at, c)| if at < 3 || at + 2 >= length { c } else { '*' })
        .collect()
}

/// Which column stands where.
#[derive(Clone, Debug)]
pub struct Header(BTreeMap<Column, usize>);

impl Header {
    /// Reads the first row.
    ///
    /// # Errors
    /// Every heading that is unknown, stands twice or is missing.
    pub fn read(headings: &[&str]) -> Result<Self, Vec<Problem>> {
        let (mut at, mut problems) = (BTreeMap::new(), Vec::new());
        let known = || {
            let zh: Vec<_> = COLUMNS.iter().map(|column| column.1).collect();
            let en: Vec<_> = COLUMNS.iter().map(|column| column.2).collect();
            Localised::new(
                format!("表头须为：{}，以逗号分隔", zh.join("、")),
                format!("Columns are {}, separated by commas", en.join(", ")),
            )
        };
        for (index, heading) in headings.iter().enumerate() {
            let problem = match Column::of(heading) {
                Some(column) if at.insert(column, index).is_none() => continue,
                Some(_) => Localised::new("这一列出现了两次", "This column stands twice"),
                None if heading.trim().is_empty() => continue,
                None => Localised::new("没有这样的列", "There is no such column"),
            };
            problems.push(Problem {
                column: Localised::new(
                    format!("第 {} 列", index + 1),
                    format!("column {}", index + 1),
                ),
                value: heading.chars().take(40).collect(),
                problem,
                mend: known(),
            });
        }
        for column in [Column::Name, Column::Identity] {
            if !at.contains_key(&column) {
                problems.push(Problem::of(
                    column,
                    "",
                    Localised::new("缺少这一列", "This column is missing"),
                    known(),
                ));
            }
        }
        if problems.is_empty() {
            Ok(Self(at))
        } else {
            Err(problems)
        }
    }

    /// Whether the roll has a column.
    pub fn has(&self, column: Column) -> bool {
        self.0.contains_key(&column)
    }
}

/// What a row says. What it leaves blank stays as it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// The name.
    pub name: String,
    /// By which the resident is found again.
    pub identity: IdentityNumber,
    /// `female` or `male`.
    pub sex: &'static str,
    /// Day of birth.
    pub birth_date: Date,
    /// A telephone number.
    pub phone: Option<String>,
    /// Building and unit.
    pub home: Option<(String, String)>,
    /// The code of the relation to the head of the household.
    pub relation: Option<&'static str>,
    /// The code of the kind of residence.
    pub residence: Option<&'static str>,
    /// The registered residence in words.
    pub registered_place: Option<String>,
    /// Codes of segments.
    pub segments: BTreeSet<String>,
    /// Needs: code and note.
    pub needs: BTreeMap<String, String>,
}

struct Reader<'a> {
    header: &'a Header,
    cells: &'a [&'a str],
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// A cell without what spreadsheets put around a value; none where it is blank.
    fn cell(&self, column: Column) -> Option<String> {
        let text = self.cells.get(*self.header.0.get(&column)?)?;
        let text = text.trim().trim_start_matches(['\'', '’']).trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn refuse(
        &mut self,
        column: Column,
        value: &str,
        problem: (&str, &str),
        mend: (impl Into<String>, impl Into<String>),
    ) {
        self.problems.push(Problem::of(
            column,
            value,
            Localised::new(problem.0, problem.1),
            Localised::new(mend.0, mend.1),
        ));
    }

    fn text(&mut self, column: Column, most: usize) -> Option<String> {
        let text = self.cell(column)?;
        if text.contains('\u{fffd}') {
            self.refuse(
                column,
                &text,
                (
                    "含有无法识别的字符",
                    "It holds characters that cannot be read",
                ),
                (
                    "请将文件另存为 UTF-8 或 GB18030 编码的 CSV 后重试",
                    "Save the file as CSV in UTF-8 or GB18030 and try again",
                ),
            );
            return None;
        }
        if text.chars().count() > most || text.contains(char::is_control) {
            self.refuse(
                column,
                &text,
                ("太长或含有换行", "It is too long or has several lines"),
                (
                    format!("请改为一行，最多 {most} 个字"),
                    format!("Write one line of at most {most} characters"),
                ),
            );
            return None;
        }
        Some(text)
    }

    fn identity(&mut self) -> Option<IdentityNumber> {
        let column = Column::Identity;
        let Some(text) = self.cell(column).map(|text| narrow(&text)) else {
            self.refuse(
                column,
                "",
                ("没有填写", "It is blank"),
                (
                    "请填写 18 位公民身份号码",
                    "Write the identity number of 18 characters",
                ),
            );
            return None;
        };
        if text.contains(['+', '.']) {
            self.refuse(
                column,
                &text,
                (
                    "号码被表格软件改成了科学计数",
                    "The spreadsheet has turned the number into another",
                ),
                (
                    "请把这一列设为文本格式，重新填写 18 位号码",
                    "Format the column as text and write all 18 characters again",
                ),
            );
            return None;
        }
        match text.parse::<IdentityNumber>() {
            Ok(number) => Some(number),
            Err(error) => {
                let english = error.to_string();
                self.problems.push(Problem::of(
                    column,
                    &text,
                    Localised::new(
                        "不是有效的公民身份号码",
                        format!("This is no identity number: {english}"),
                    ),
                    Localised::new(
                        "请对照身份证核对全部 18 位",
                        "Compare all 18 characters with the card",
                    ),
                ));
                None
            }
        }
    }

    fn sex(&mut self, identity: Option<&IdentityNumber>) -> Option<&'static str> {
        let stated = identity.map(|number| if number.is_female() { "female" } else { "male" });
        let Some(text) = self.cell(Column::Sex) else {
            return stated;
        };
        let sex = match text.to_lowercase().as_str() {
            "女" | "女性" | "female" | "f" => "female",
            "男" | "男性" | "male" | "m" => "male",
            _ => {
                self.refuse(
                    Column::Sex,
                    &text,
                    ("没有这个性别", "There is no such sex"),
                    (
                        "请填写“男”或“女”，或留空",
                        "Write female or male, or leave it blank",
                    ),
                );
                return None;
            }
        };
        if stated.is_some_and(|stated| stated != sex) {
            self.refuse(
                Column::Sex,
                &text,
                ("与身份证号不一致", "The identity number states the other"),
                (
                    "请核对身份证号和性别，或将性别留空",
                    "Check both, or leave the sex blank",
                ),
            );
        }
        Some(sex)
    }

    fn birth_date(&mut self, identity: Option<&IdentityNumber>, today: Date) -> Option<Date> {
        let stated = identity.map(IdentityNumber::birth_date);
        let text = self.cell(Column::BirthDate);
        let written = match &text {
            None => stated,
            Some(text) => {
                let day = day(&narrow(text));
                if day.is_none() {
                    self.refuse(
                        Column::BirthDate,
                        text,
                        ("不是有效的日期", "There is no such day"),
                        (
                            "请写成 1949-12-31 的形式，或留空",
                            "Write it as 1949-12-31, or leave it blank",
                        ),
                    );
                }
                day
            }
        };
        let day = written?;
        let shown = text.unwrap_or_else(|| day.to_string());
        if stated.is_some_and(|stated| stated != day) {
            self.refuse(
                Column::BirthDate,
                &shown,
                ("与身份证号不一致", "The identity number states another day"),
                (
                    "请核对身份证号和出生日期，或将出生日期留空",
                    "Check both, or leave the day of birth blank",
                ),
            );
        } else if day > today || day.year() < 1850 {
            self.refuse(
                Column::BirthDate,
                &shown,
                ("不可能是出生日期", "Nobody alive was born then"),
                (
                    "请核对身份证号和出生日期",
                    "Check identity number and day of birth",
                ),
            );
        }
        Some(day)
    }

    fn phone(&mut self) -> Option<String> {
        let text = self.cell(Column::Phone)?;
        let phone: String = narrow(&text)
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        let digits = crate::phone::normal(&phone);
        let plain = phone
            .chars()
            .all(|c| c.is_ascii_digit() || "+-()".contains(c));
        if plain && (7..=15).contains(&digits.len()) {
            return Some(phone);
        }
        self.refuse(
            Column::Phone,
            &text,
            ("不是有效的电话号码", "This is no telephone number"),
            (
                "请填写一个号码，如 13800000000 或 0571-86000001，或留空",
                "Write one number, such as 13800000000 or 0571-86000001, or leave it blank",
            ),
        );
        None
    }

    fn home(&mut self) -> Option<(String, String)> {
        match (self.text(Column::Building, 40), self.text(Column::Unit, 40)) {
            (Some(building), Some(unit)) => Some((building, unit)),
            (None, None) => None,
            (building, _) => {
                let column = if building.is_some() {
                    Column::Unit
                } else {
                    Column::Building
                };
                if self.cell(column).is_none() {
                    self.refuse(
                        column,
                        "",
                        (
                            "楼栋和房号只填写了一个",
                            "Only one of building and unit is there",
                        ),
                        ("请两个都填写，或都留空", "Write both, or leave both blank"),
                    );
                }
                None
            }
        }
    }

    fn code(
        &mut self,
        column: Column,
        read: fn(&str) -> Option<&'static str>,
        names: fn() -> Localised,
    ) -> Option<&'static str> {
        let text = self.cell(column)?;
        let found = read(&text);
        if found.is_none() {
            let names = names();
            self.refuse(
                column,
                &text,
                ("没有这个选项", "There is no such choice"),
                (
                    format!("请填写：{}，或留空", names.zh),
                    format!("Write {}, or leave it blank", names.en),
                ),
            );
        }
        found
    }

    fn segments(&mut self, today: Date) -> BTreeSet<String> {
        let mut codes = BTreeSet::new();
        for part in self.parts(Column::Segments) {
            let named = SEGMENTS.iter().find(|(_, zh)| *zh == part);
            let code = named.map_or(part.as_str(), |(code, _)| code);
            if births_of(code, today).is_some() {
                self.refuse(
                    Column::Segments,
                    &part,
                    ("年龄类人群由系统计算", "Segments by age are computed"),
                    ("请删去这一项", "Leave it out"),
                );
            } else if crate::id::is_slug(code) {
                codes.insert(code.to_owned());
            } else {
                let names: Vec<_> = SEGMENTS.iter().map(|(_, zh)| *zh).collect();
                self.refuse(
                    Column::Segments,
                    &part,
                    ("没有这个人群分类", "There is no such segment"),
                    (
                        format!(
                            "请填写：{}，或小写字母代码，多个用分号隔开",
                            names.join("、")
                        ),
                        "Write codes such as living-alone, separated by semicolons",
                    ),
                );
            }
        }
        codes
    }

    fn needs(&mut self) -> BTreeMap<String, String> {
        let mut needs = BTreeMap::new();
        for part in self.parts(Column::Needs) {
            let (code, note) = part.split_once([':', '：']).unwrap_or((&part, &part));
            let (code, note) = (code.trim(), note.trim());
            if crate::id::is_slug(code) && !note.is_empty() && note.len() <= MAX_NOTE {
                needs.insert(code.to_owned(), note.to_owned());
            } else {
                self.refuse(
                    Column::Needs,
                    &part,
                    ("不是“代码:说明”的形式", "This is not CODE:NOTE"),
                    (
                        "请写成 meal-delivery:每天一餐，多个用分号隔开",
                        "Write it as meal-delivery:one meal a day, several separated by semicolons",
                    ),
                );
            }
        }
        needs
    }

    fn parts(&mut self, column: Column) -> Vec<String> {
        let text = self.text(column, 1_000).unwrap_or_default();
        text.split([';', '；'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// Reads a row.
///
/// # Errors
/// All that is wrong with it.
pub fn read_row(header: &Header, cells: &[&str], today: Date) -> Result<Row, Vec<Problem>> {
    let mut reader = Reader {
        header,
        cells,
        problems: Vec::new(),
    };
    let name = reader.text(Column::Name, 60);
    if name.is_none() && reader.cell(Column::Name).is_none() {
        reader.refuse(
            Column::Name,
            "",
            ("没有填写", "It is blank"),
            ("请填写姓名", "Write the name"),
        );
    }
    let identity = reader.identity();
    let sex = reader.sex(identity.as_ref());
    let birth_date = reader.birth_date(identity.as_ref(), today);
    let phone = reader.phone();
    let home = reader.home();
    let relation = reader.code(Column::Relation, relation_code, relation_names);
    let residence = reader.code(Column::Residence, residence_code, residence_names);
    let registered_place = reader.text(Column::RegisteredPlace, 160);
    let segments = reader.segments(today);
    let needs = reader.needs();
    if relation.is_some() && home.is_none() && reader.cell(Column::Building).is_none() {
        reader.refuse(
            Column::Relation,
            relation.unwrap_or_default(),
            (
                "没有住址，无法确定是哪一户",
                "Without a home it is not known of which household",
            ),
            (
                "请填写楼栋和房号，或将与户主关系留空",
                "Write building and unit, or leave the relation blank",
            ),
        );
    }
    match (name, identity, sex, birth_date) {
        (Some(name), Some(identity), Some(sex), Some(birth_date)) if reader.problems.is_empty() => {
            Ok(Row {
                name,
                identity,
                sex,
                birth_date,
                phone,
                home,
                relation,
                residence,
                registered_place,
                segments,
                needs,
            })
        }
        _ => Err(reader.problems),
    }
}

/// Digits and signs of full width as plain ones.
fn narrow(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            other => other,
        })
        .collect()
}

/// A day, as people and spreadsheets write it.
fn day(text: &str) -> Option<Date> {
    let text = text.split([' ', 'T']).next().unwrap_or(text);
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let part = |from, to| text.get(from..to)?.parse::<i16>().ok();
        let (month, day) = (
            i8::try_from(part(4, 6)?).ok()?,
            i8::try_from(part(6, 8)?).ok()?,
        );
        return Date::new(part(0, 4)?, month, day).ok();
    }
    let parts: Vec<_> = text
        .split(['-', '/', '.', '年', '月', '日'])
        .filter(|part| !part.is_empty())
        .collect();
    let [year, month, day] = parts[..] else {
        return None;
    };
    if year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 24);

    fn header() -> Header {
        Header::read(&template()[0]).unwrap()
    }

    fn row(cells: &[(usize, &str)]) -> Result<Row, Vec<Problem>> {
        let mut all = template()[1].clone();
        for (at, cell) in cells {
            all[*at] = cell;
        }
        read_row(&header(), &all, TODAY)
    }

    #[test]
    fn the_template_s_example_is_a_good_row() {
        let row = row(&[]).unwrap();
        assert_eq!(row.birth_date, date(1949, 12, 31));
        assert_eq!(
            (row.sex, row.relation, row.residence),
            ("female", Some("head"), Some("registered"))
        );
        assert_eq!(
            row.segments,
            ["disabled".to_owned(), "living-alone".to_owned()].into()
        );
        assert_eq!(row.needs["meal-delivery"], "每天一餐，少盐");
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for text in [
            "1949-12-31",
            "1949/12/31",
            "1949.12.31",
            "19491231",
            "1949年12月31日",
            "１９４９-12-31",
            "1949-12-31 00:00",
        ] {
            assert_eq!(
                row(&[(3, text)]).unwrap().birth_date,
                date(1949, 12, 31),
                "{text}"
            );
        }
        for text in ["31.12.1949", "1949-13-01", "18262", "昨天", "49-12-31"] {
            assert!(row(&[(3, text)]).is_err(), "{text}");
        }
    }

    #[test]
    fn every_problem_of_a_row_is_told_with_its_mend() {
        let problems = row(&[
            (0, ""),
            (1, "4.40524E+17"),
            (2, "?"),
            (4, "12"),
            (5, ""),
            (7, "朋友"),
            (9, "\u{fffd}"),
            (10, "over-80"),
            (11, "???"),
        ])
        .unwrap_err();
        let columns: Vec<_> = problems
            .iter()
            .map(|problem| problem.column.en.as_str())
            .collect();
        assert_eq!(
            columns,
            [
                "name",
                "identity-number",
                "sex",
                "phone",
                "building",
                "relation",
                "registered-place",
                "segments",
                "needs"
            ]
        );
        for problem in problems {
            for text in [
                &problem.problem.zh,
                &problem.problem.en,
                &problem.mend.zh,
                &problem.mend.en,
            ] {
                assert!(!text.is_empty());
            }
        }
    }

    #[test]
    fn what_contradicts_the_identity_number_is_told() {
        let problems = row(&[(2, "男"), (3, "1950-01-01")]).unwrap_err();
        assert_eq!(problems.len(), 2);
        assert!(
            row(&[(2, ""), (3, "")]).is_ok(),
            "blank cells are taken from it"
        );
    }

    #[test]
    fn numbers_of_persons_are_masked_in_reports() {
        let problems = row(&[(1, "110105194912310020")]).unwrap_err();
        assert_eq!(problems[0].value, "110*************20");
    }

    #[test]
    fn a_header_names_each_bad_heading() {
        let problems = Header::read(&["姓名", "name", "电话号码"]).unwrap_err();
        assert_eq!(problems.len(), 3, "twice, unknown, missing: {problems:?}");
        assert!(Header::read(&["\u{feff}Name", "IDENTITY-NUMBER*", ""]).is_ok());
    }
}
