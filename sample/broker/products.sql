-- Sixty products and services. Included by ../broker.sql.
-- Tags come from one vocabulary, the same as the clients' interests: capital-safety consumer dividend education family fixed-income
-- gold global green growth healthcare income index ipo options property research retirement short-term tax technology.

insert into broker.product
    (product_id, name_en, name_zh, category, risk_grade, min_amount, term_months, annual_fee_rate, service_fee,
     min_experience_years, professional_only, open, channels, tags) values
-- cash and bonds
('CASH01', 'Daily cash plus',            '天天利现金宝',       'cash',        'R1',     100,  0, 0.0030, 0, 0, false, true,  '{app,branch,phone}', '{capital-safety,short-term}'),
('CASH02', 'Overnight reverse repo',     '隔夜国债逆回购',     'cash',        'R1',    1000,  0, 0.0010, 0, 0, false, true,  '{app}',              '{capital-safety,short-term}'),
('CASH03', '28-day reverse repo',        '28天国债逆回购',     'cash',        'R1',    1000,  1, 0.0010, 0, 0, false, true,  '{app}',              '{capital-safety,short-term,income}'),
('CASH04', 'Settlement cash sweep',      '保证金自动理财',     'cash',        'R1',   50000,  0, 0.0025, 0, 0, false, true,  '{app,branch}',       '{capital-safety,short-term}'),
('CASH05', 'Cash plus, first series',    '现金宝一期',         'cash',        'R1',     100,  0, 0.0033, 0, 0, false, false, '{branch}',           '{capital-safety}'),
('BOND01', 'Treasury bond fund',         '国债债券基金',       'bond fund',   'R1',    1000,  6, 0.0040, 0, 0, false, true,  '{app,branch}',       '{capital-safety,fixed-income,income}'),
('BOND02', 'Short bond fund',            '短债债券基金',       'bond fund',   'R2',    1000,  3, 0.0045, 0, 0, false, true,  '{app,branch,phone}', '{fixed-income,short-term,income}'),
('BOND03', 'Pure bond fund',             '纯债债券基金',       'bond fund',   'R2',    1000, 12, 0.0060, 0, 0, false, true,  '{app,branch}',       '{fixed-income,income}'),
('BOND04', 'Convertible bond fund',      '可转债基金',         'bond fund',   'R3',    1000, 24, 0.0080, 0, 0, false, true,  '{app,branch}',       '{fixed-income,growth}'),
('BOND05', 'High-yield credit fund',     '高收益信用债基金',   'bond fund',   'R3',   10000, 24, 0.0090, 0, 1, false, true,  '{app,branch}',       '{fixed-income,income}'),
('BOND06', 'Dollar bond fund QDII',      '美元债QDII基金',     'bond fund',   'R3',   10000, 24, 0.0090, 0, 1, false, true,  '{app}',              '{fixed-income,global,income}'),
('BOND07', 'Pure bond fund, closed',     '纯债定开基金',       'bond fund',   'R2',    1000, 18, 0.0050, 0, 0, false, false, '{branch}',           '{fixed-income}'),
-- equity and index funds
('EQTY01', 'Balanced fund',              '平衡混合基金',       'equity fund', 'R3',    1000, 24, 0.0120, 0, 0, false, true,  '{app,branch,phone}', '{growth,income}'),
('EQTY02', 'Dividend fund',              '红利股票基金',       'equity fund', 'R3',    1000, 36, 0.0120, 0, 0, false, true,  '{app,branch}',       '{dividend,income}'),
('EQTY03', 'Technology fund',            '科技创新基金',       'equity fund', 'R4',    1000, 36, 0.0150, 0, 0, false, true,  '{app}',              '{technology,growth}'),
('EQTY04', 'Healthcare fund',            '医药健康基金',       'equity fund', 'R4',    1000, 36, 0.0150, 0, 0, false, true,  '{app}',              '{healthcare,growth}'),
('EQTY05', 'Consumer fund',              '消费升级基金',       'equity fund', 'R4',    1000, 36, 0.0150, 0, 0, false, true,  '{app,branch}',       '{consumer,growth}'),
('EQTY06', 'New energy fund',            '新能源主题基金',     'equity fund', 'R4',    1000, 36, 0.0150, 0, 0, false, true,  '{app}',              '{green,growth,technology}'),
('EQTY07', 'Small-cap growth fund',      '小盘成长基金',       'equity fund', 'R5',    1000, 60, 0.0150, 0, 1, false, true,  '{app}',              '{growth}'),
('EQTY08', 'Global equity QDII',         '全球股票QDII基金',   'equity fund', 'R4',    1000, 36, 0.0160, 0, 1, false, true,  '{app}',              '{global,growth}'),
('EQTY09', 'Property securities fund',   '地产证券基金',       'equity fund', 'R4',    1000, 36, 0.0140, 0, 0, false, false, '{app}',              '{property,income}'),
('INDX01', 'Broad index fund',           '宽基指数基金',       'index fund',  'R3',     100, 24, 0.0050, 0, 0, false, true,  '{app}',              '{index,growth}'),
('INDX02', 'Mid-cap index fund',         '中盘指数基金',       'index fund',  'R4',     100, 24, 0.0050, 0, 0, false, true,  '{app}',              '{index,growth}'),
('INDX03', 'Dividend index fund',        '红利指数基金',       'index fund',  'R3',     100, 24, 0.0050, 0, 0, false, true,  '{app}',              '{index,dividend}'),
('INDX04', 'Bond index fund',            '债券指数基金',       'index fund',  'R2',     100, 12, 0.0020, 0, 0, false, true,  '{app}',              '{index,fixed-income}'),
('INDX05', 'US index QDII',              '美股指数QDII基金',   'index fund',  'R4',     100, 36, 0.0080, 0, 0, false, true,  '{app}',              '{index,global}'),
-- exchange-traded funds and property trusts
('ETF01',  'Broad market ETF',           '宽基ETF',            'ETF',         'R3',     500,  0, 0.0015, 0, 0, false, true,  '{app}',              '{index,growth,short-term}'),
('ETF02',  'Technology ETF',             '科技ETF',            'ETF',         'R4',     500,  0, 0.0050, 0, 0, false, true,  '{app}',              '{index,technology}'),
('ETF03',  'Gold ETF',                   '黄金ETF',            'ETF',         'R3',     500,  0, 0.0050, 0, 0, false, true,  '{app,branch}',       '{gold}'),
('ETF04',  'Bond ETF',                   '国债ETF',            'ETF',         'R2',    1000,  0, 0.0015, 0, 0, false, true,  '{app}',              '{fixed-income,index,short-term}'),
('ETF05',  'Overseas technology ETF',    '海外科技ETF',        'ETF',         'R4',     500,  0, 0.0060, 0, 0, false, true,  '{app}',              '{global,technology,index}'),
('REIT01', 'Infrastructure REIT',        '基础设施REIT',       'REIT',        'R3',    1000, 36, 0.0030, 0, 0, false, true,  '{app,branch}',       '{property,income,dividend}'),
-- structured products and private funds
('STRU01', 'Principal-protected note',   '本金保障型收益凭证', 'structured',  'R1',   50000,  3, 0.0020, 0, 0, false, true,  '{branch,app}',       '{capital-safety,income,short-term}'),
('STRU02', 'Shark-fin note',             '鲨鱼鳍收益凭证',     'structured',  'R2',   50000,  6, 0.0040, 0, 0, false, true,  '{branch,app}',       '{capital-safety,index}'),
('STRU03', 'Snowball note',              '雪球结构产品',       'structured',  'R5', 1000000, 24, 0.0080, 0, 3, true,  true,  '{branch}',           '{income,options}'),
('STRU04', 'Gold-linked note',           '挂钩黄金收益凭证',   'structured',  'R2',   50000, 12, 0.0040, 0, 0, false, true,  '{branch}',           '{gold,capital-safety}'),
('STRU05', 'Phoenix note',               '凤凰结构产品',       'structured',  'R4', 1000000, 24, 0.0080, 0, 2, true,  false, '{branch}',           '{income,options}'),
('PRIV01', 'Quantitative private fund',  '量化私募基金',       'private fund','R5', 1000000, 24, 0.0200, 0, 2, true,  true,  '{branch,visit}',     '{growth}'),
('PRIV02', 'Macro private fund',         '宏观对冲私募基金',   'private fund','R4', 1000000, 36, 0.0200, 0, 2, true,  true,  '{branch,visit}',     '{global,growth}'),
('PRIV03', 'Private bond fund',          '债券私募基金',       'private fund','R3', 1000000, 12, 0.0150, 0, 2, true,  true,  '{branch,visit}',     '{fixed-income,income}'),
('PRIV04', 'Family trust account',       '家族信托账户',       'private fund','R2', 6000000, 60, 0.0050, 0, 0, false, true,  '{branch,visit}',     '{family,tax,retirement}'),
('PRIV05', 'Fund of private funds',      '私募FOF',            'private fund','R4', 1000000, 36, 0.0120, 0, 2, true,  true,  '{branch,visit}',     '{growth,research}'),
-- margin, options, new issues
('MARG01', 'Margin trading',             '融资融券',           'margin',      'R4',  500000,  6, 0.0560, 0, 1, false, true,  '{branch,app}',       '{growth,short-term}'),
('MARG02', 'Share-pledge loan',          '股票质押贷款',       'margin',      'R3',  300000, 12, 0.0520, 0, 1, false, true,  '{branch}',           '{family,property}'),
('OPTN01', 'Options permission level 1', '期权一级权限',       'options',     'R4',  500000,  0, 0.0000, 0, 1, false, true,  '{branch}',           '{options}'),
('OPTN02', 'Options permission level 3', '期权三级权限',       'options',     'R5',  500000,  0, 0.0000, 0, 2, false, true,  '{branch}',           '{options,short-term}'),
('IPO01',  'New-issue subscription service', '新股申购服务',   'IPO service', 'R3',   10000,  0, 0.0000, 0, 0, false, true,  '{app}',              '{ipo,short-term}'),
('IPO02',  'Growth-board access',        '科创板交易权限',     'IPO service', 'R4',  500000,  0, 0.0000, 0, 2, false, true,  '{app,branch}',       '{ipo,technology}'),
-- services
('ADVS01', 'Basic advisory',             '基础投顾服务',       'advisory',    'R2',       0, 12, 0.0000,   360, 0, false, true,  '{app,wechat}',     '{research}'),
('ADVS02', 'Personal adviser',           '专属投顾服务',       'advisory',    'R3',  200000, 12, 0.0080,     0, 0, false, true,  '{branch,phone}',   '{research,growth}'),
('ADVS03', 'Fund portfolio advisory',    '基金组合投顾',       'advisory',    'R3',    1000, 12, 0.0050,     0, 0, false, true,  '{app}',            '{index,growth}'),
('ADVS04', 'Cautious portfolio advisory','稳健组合投顾',       'advisory',    'R2',    1000, 12, 0.0040,     0, 0, false, true,  '{app,branch}',     '{income,fixed-income}'),
('RSCH01', 'Morning research notes',     '晨会研究快讯',       'research',    'R1',       0, 12, 0.0000,   120, 0, false, true,  '{app,email}',      '{research}'),
('RSCH02', 'Level-2 market data',        'Level-2行情',        'research',    'R1',       0, 12, 0.0000,   480, 0, false, true,  '{app}',            '{research,short-term}'),
('RSCH03', 'Quantitative terminal',      '量化交易终端',       'research',    'R3',  300000, 12, 0.0000,  2400, 1, false, true,  '{app,branch}',     '{research,technology,short-term}'),
-- provision for later life and family
('PENS01', 'Pension target fund 2035',   '养老目标2035基金',   'pension',     'R2',     100, 60, 0.0060, 0, 0, false, true,  '{app,branch}',       '{retirement,tax}'),
('PENS02', 'Pension target fund 2050',   '养老目标2050基金',   'pension',     'R3',     100,120, 0.0070, 0, 0, false, true,  '{app,branch}',       '{retirement,tax,growth}'),
('PENS03', 'Personal pension account',   '个人养老金账户',     'pension',     'R1',       0,120, 0.0000, 0, 0, false, true,  '{app,branch}',       '{retirement,tax,capital-safety}'),
('INSR01', 'Annuity plan',               '年金保险计划',       'insurance',   'R1',   10000,120, 0.0100, 0, 0, false, true,  '{branch}',           '{retirement,family,capital-safety}'),
('INSR02', 'Education saving plan',      '教育金保险计划',     'insurance',   'R1',    5000, 60, 0.0100, 0, 0, false, true,  '{branch,phone}',     '{education,family}');
