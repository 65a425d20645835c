//! Believable names: surnames by how common they are, given names by generation.

use linli_domain::random::Stream;

const SURNAMES: [&str; 40] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭",
    "何", "林", "高", "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹", "彭", "曾",
    "肖", "田", "董", "袁", "潘", "蒋", "蔡", "余",
];

/// Given names of women and men of a generation.
struct Generation {
    born_from: i16,
    women: &'static [&'static str],
    men: &'static [&'static str],
}

const GENERATIONS: [Generation; 4] = [
    Generation {
        born_from: 2005,
        women: &[
            "梓涵", "欣怡", "诗涵", "雨桐", "一诺", "可馨", "子萱", "语嫣", "思琪", "若溪",
        ],
        men: &[
            "浩宇", "子轩", "宇航", "俊熙", "沐阳", "奕辰", "明轩", "天佑", "梓豪", "嘉懿",
        ],
    },
    Generation {
        born_from: 1978,
        women: &[
            "婷婷", "晓燕", "静", "雪梅", "佳慧", "丹", "倩", "莉莉", "海燕", "思颖", "雅琴",
            "文娟",
        ],
        men: &[
            "伟", "磊", "鹏飞", "志强", "晓东", "涛", "俊杰", "海波", "斌", "文博", "振宇", "建军",
        ],
    },
    Generation {
        born_from: 1955,
        women: &[
            "丽华", "春梅", "红霞", "玉萍", "爱华", "建英", "桂芳", "亚琴", "凤琴", "惠珍",
        ],
        men: &[
            "建国", "建华", "国强", "卫东", "志明", "永康", "爱民", "新民", "学军", "援朝",
        ],
    },
    Generation {
        born_from: 0,
        women: &[
            "秀英", "桂兰", "玉珍", "淑芬", "素珍", "凤英", "月娥", "金花", "惠兰", "巧云",
        ],
        men: &[
            "德福", "长贵", "福生", "守义", "玉田", "宝山", "振邦", "世昌", "广德", "士杰",
        ],
    },
];

/// A surname.
pub fn surname(stream: &mut Stream) -> &'static str {
    // The smaller of two draws: the front of the list is the more common part.
    let draw =
        |stream: &mut Stream| usize::try_from(stream.below(SURNAMES.len() as u64)).unwrap_or(0);
    SURNAMES[draw(stream).min(draw(stream))]
}

/// A given name that fits sex and year of birth.
pub fn given_name(stream: &mut Stream, female: bool, born: i16) -> &'static str {
    let generation = GENERATIONS
        .iter()
        .find(|generation| born >= generation.born_from)
        .unwrap_or(&GENERATIONS[3]);
    let names = if female {
        generation.women
    } else {
        generation.men
    };
    names[usize::try_from(stream.below(names.len() as u64)).unwrap_or(0)]
}
