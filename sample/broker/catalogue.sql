-- Branches, managers, market calendar, securities, rates. Included by ../broker.sql.

insert into broker.branch (branch_id, name_en, name_zh, opened_on) values
    ( 1, 'Shanghai Lujiazui',  '上海陆家嘴营业部', '1998-03-16'),
    ( 2, 'Beijing Financial Street', '北京金融街营业部', '1998-09-01'),
    ( 3, 'Shenzhen Futian',    '深圳福田营业部',   '1999-05-10'),
    ( 4, 'Guangzhou Tianhe',   '广州天河营业部',   '2001-04-02'),
    ( 5, 'Hangzhou West Lake', '杭州西湖营业部',   '2002-06-03'),
    ( 6, 'Nanjing Xinjiekou',  '南京新街口营业部', '2003-10-13'),
    ( 7, 'Chengdu Chunxi Road','成都春熙路营业部', '2005-03-07'),
    ( 8, 'Wuhan Hankou',       '武汉汉口营业部',   '2006-08-21'),
    ( 9, 'Xi''an Bell Tower',  '西安钟楼营业部',   '2008-05-05'),
    (10, 'Ningbo Tianyi',      '宁波天一营业部',   '2010-11-01'),
    (11, 'Qingdao May Fourth', '青岛五四营业部',   '2013-04-15'),
    (12, 'Changsha Wuyi',      '长沙五一营业部',   '2016-09-12');

-- Names are put together from common surnames and given-name characters.
create temp table name_part on commit drop as
select string_to_array('王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 韩 邓 冯 曹 彭 曾 肖 田 董 潘 袁 蔡 蒋 余 于 杜 叶 程 魏 苏 吕 丁 任 卢 姚 沈 钟 姜 崔 谭 陆 范 汪 廖', ' ') as surname,
       string_to_array('建 志 文 国 海 晓 小 玉 秀 思 雨 子 嘉 俊 佳 丽 春 明 永 德 天 宏 立 新 振 云 雪 梦 一 浩 家 金 美 慧 春 伟 庆 学 书 梓', ' ') as first_char,
       string_to_array('华 明 军 平 芳 娟 敏 静 强 磊 洋 艳 勇 杰 涛 超 霞 英 兰 红 梅 玲 辉 刚 鹏 飞 琴 云 莉 萍 峰 宇 轩 涵 怡 欣 然 琪 凯 波', ' ') as second_char,
       string_to_array('Adam Alice Amy Andrew Anna Brian Carol Daniel David Emily Eric Frank Grace Helen Ivan Jack Jane Kevin Laura Leo Linda Mark Mary Nancy Oscar Paul Peter Rachel Sam Sophie Tom Vera Victor Wendy', ' ') as english_given,
       string_to_array('Chan Wong Lee Lam Cheung Ho Leung Ng Tang Yip Smith Brown Miller Evans Meyer Rossi Tanaka Kim Singh Novak', ' ') as english_surname;

-- Large branches have more managers: 150 of them, dealt out by weight.
insert into broker.manager (manager_id, branch_id, name, level, hired_on)
select m,
       case when m <= 26 then 1 when m <= 48 then 2 when m <= 68 then 3 when m <= 84 then 4 when m <= 98 then 5
            when m <= 109 then 6 when m <= 119 then 7 when m <= 128 then 8 when m <= 135 then 9 when m <= 141 then 10
            when m <= 146 then 11 else 12 end,
       n.surname[1 + broker.dice(m, 10, 60)] || n.first_char[1 + broker.dice(m, 11, 40)] || n.second_char[1 + broker.dice(m, 12, 40)],
       (array['junior', 'junior', 'junior', 'senior', 'senior', 'private'])[1 + broker.dice(m, 13, 6)],
       date '2016-10-08' + broker.dice(m, 14, 2600)::int
from generate_series(1, 150) as m
cross join name_part as n
order by m;

-- Boom in late 2024 and in mid-2025, bust in 2026. The index runs straight between its turning points, plus a little noise.
create temp table turning_point on commit drop as
select day, level, lead(day) over (order by day) as next_day, lead(level) over (order by day) as next_level
from (values (date '2024-09-30', 1000), ('2024-10-08', 1220), ('2024-11-15', 1310), ('2025-02-28', 1450), ('2025-04-08', 1260),
             ('2025-06-03', 1330), ('2025-08-29', 1680), ('2025-10-31', 1600), ('2026-01-15', 1490), ('2026-04-30', 1190),
             ('2026-07-01', 1080), ('2026-09-30', 1040), ('2026-10-01', 1040)) as t(day, level);

create temp table activity on commit drop as
select (date '2024-09-01' + make_interval(months => (m - 1)::int))::date as month, percent
from unnest(array[60, 210, 170, 130,  90, 150, 120, 85, 80, 95, 130, 180, 175, 140, 115, 105, 110, 75, 70, 60, 55, 50, 50, 45, 45])
     with ordinality as a(percent, m);

-- The exchange is closed on weekends and, roughly as in the real calendar, on the long holidays.
insert into broker.market (day, is_trading, index_level, activity_percent)
with calendar as (
    select d.day,
           extract(isodow from d.day) < 6
           and not exists (
               select from (values (date '2024-10-01', date '2024-10-07'), ('2025-01-01', '2025-01-01'), ('2025-01-28', '2025-02-04'),
                                   ('2025-04-04', '2025-04-04'), ('2025-05-01', '2025-05-05'), ('2025-06-02', '2025-06-02'),
                                   ('2025-10-01', '2025-10-08'), ('2026-01-01', '2026-01-02'), ('2026-02-16', '2026-02-23'),
                                   ('2026-04-06', '2026-04-06'), ('2026-05-01', '2026-05-05'), ('2026-06-19', '2026-06-19'),
                                   ('2026-09-25', '2026-09-25')) as h(first_day, last_day)
               where d.day between h.first_day and h.last_day) as is_trading
    from (select date '2024-09-30' + i as day from generate_series(0, 730) as i) as d
), last_open as (
    select c.*, max(day) filter (where is_trading) over (order by day) as level_day
    from calendar as c
)
select l.day, l.is_trading,
       case when l.level_day = date '2024-09-30' then 1000
            else round((t.level + (t.next_level - t.level)::numeric * (l.level_day - t.day) / (t.next_day - t.day))
                       * (992 + broker.dice(l.level_day - date '2000-01-01', 20, 17)) / 1000, 2) end,
       a.percent
from last_open as l
join turning_point as t on l.level_day >= t.day and l.level_day < t.next_day
join activity as a on a.month <= l.day and l.day < a.month + interval '1 month'
order by l.day;

insert into broker.security (symbol, name, sector)
select 'X' || lpad(i::text, 3, '0'),
       (array['东海', '华岳', '金穗', '星辰', '长河', '远山', '青禾', '瑞达', '恒通', '云帆', '宏图', '嘉木'])[1 + (i - 1) / 10]
           || s.name_zh[1 + (i - 1) % 10],
       s.sector[1 + (i - 1) % 10]
from generate_series(1, 120) as i
cross join (select array['银行', '能源', '科技', '医药', '消费', '地产', '新能', '黄金', '通信', '制造'] as name_zh,
                   array['banking', 'energy', 'technology', 'healthcare', 'consumer', 'property', 'green', 'gold', 'telecom', 'industry'] as sector) as s
order by i;

insert into broker.cost_rate (channel, rate_per_minute) values
    ('branch', 3.20), ('phone', 1.80), ('app', 0.05), ('wechat', 0.90), ('email', 0.60), ('visit', 4.50);

insert into broker.cash_rate (valid_from, rate_earned, rate_paid) values
    ('2024-07-01', 0.01750, 0.00150), ('2025-05-01', 0.01600, 0.00100), ('2026-01-01', 0.01450, 0.00050);
