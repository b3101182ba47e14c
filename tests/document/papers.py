#!/usr/bin/env python3
"""Papers as their readers have them: text out of the PDF in the order in which it is read, and the XML against EN 16931.

papers.py PAPERS       PAPERS writes the samples (papers.c). Skips the PDF part where pdftotext is not to be had."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import en16931  # noqa: E402

PAGES = {'long': 6}
SQUARES = {'chinese', 'hebrew', 'odd'}
# What a reader finds, in this order; the text of a PDF may break lines anywhere.
TEXTS = {
    'paid': ['Invoice', 'INV-2026-00042', 'Paid on 24 November 2026', 'Alice Marlowe', '12 Quillfeather Lane', 'Guildford',
             'GU1 3XZ', 'Date of issue', '24 November 2026', 'PO-778', 'Description', 'Quantity',
             'Starter web space, monthly (Disk space: 20 GB)', 'site-1.quillfeather.example',
             '23 November 2026 – 22 December 2026', '£2.50', '20 %', 'Setting up: Starter web space', 'Without VAT', '£97.96',
             'VAT at 20 % on £97.96', '£19.59', 'Total', '£117.55', 'Company number 01234567', 'Page 1 of 1'],
    'proforma': ['Pro forma', 'This is not a VAT invoice', 'To be paid by 30 November 2026', 'Total', '£33.89',
                 'Please pay £33.89 by 30 November 2026', 'https://example.test/invoices/'],
    'unpaid-credit': ['To be paid by', 'Total', '£33.89', 'Account credit used', '£5.00', '£28.89', 'Please pay £28.89'],
    'note': ['Credit note', 'CN-2026-00007', 'Credits', 'INV-2026-00042', '23 November 2026', 'Cancelled', 'Total credited',
             '£33.89', 'takes back invoice INV-2026-00042'],
    'euro': ['Jürgen Weiß', 'Torstraße 119', '€', 'VAT at 19 %', 'VAT at 7 %', 'VAT in sterling: £', '(1 EUR = £0.8550)'],
    'reverse': ['Weiß & Söhne Webdienste GmbH', 'Jürgen Weiß', 'VAT DE136695976', 'Total', '€28.24', 'Reverse charge'],
    'outside': ['US$', 'Outside the scope of UK VAT.'],
    'greek': ['Ελένη Παπαδοπούλου', 'Ακαδημίας 12', '106 71 Αθήνα'],
    'cyrillic': ['Олександра Ґалаґан-Їжакевич', 'вулиця Хрещатик, 22', '01001 Київ'],
    'armenian': ['Անահիտ Հովհաննիսյան', 'Աբովյան փողոց 8', '0001 Երևան'],
    'chinese': ['□□□ Mei Lin', 'Characters that cannot be printed here stand as □'],
    'hebrew': ['□□□□ □□□ Noa Levi'],
    'odd': ['Al□ice <&> "Marlowe" (\\)'],
    'long': ['Extraordinarily Long Names', 'Featherstonehaugh', 'less £1.00 discount', 'site-64.quillfeather.example', 'VAT at 20 %', 'VAT at 5 %', 'Page 6 of 6'],
}

count = failed = 0


def ok(good, what, why=''):
    global count, failed
    count += 1
    failed += not good
    print(f'{"ok" if good else "not ok"} {count} - {what}')
    if not good and why:
        print('\n'.join('# ' + line for line in str(why).splitlines()[:20]))


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.stdout, done.stderr


def flat(text):
    return re.sub(r'\s+', ' ', text)


def first_missing(texts, text):
    at = 0
    for wanted in texts:
        found = text.find(wanted, at)
        if found < 0:
            return wanted
        at = found + len(wanted)
    return None


def pdf(folder, name):
    file = f'{folder}/{name}.pdf'
    text, complaints = run('pdftotext', '-raw', file, '-')
    ok(not complaints, f'{name}: a reader has nothing to complain of', complaints)
    missing = first_missing(TEXTS.get(name, []), flat(text))
    ok(missing is None, f'{name}: says everything, in order', f'not found in its place: {missing}\n{text}')
    ok(('□' in text) == (name in SQUARES), f'{name}: a square stands where no font has the character, and nowhere else')
    about, _ = run('pdfinfo', file)
    ok(f'Pages: {PAGES.get(name, 1)}' in flat(about), f'{name}: has {PAGES.get(name, 1)} pages', about)
    ok('Tagged: yes' in flat(about) and 'Title: ' in about, f'{name}: is tagged and has a title', about)
    ok('CreationDate: Mon Nov 23' in flat(about) or 'CreationDate: Tue Nov 24' in flat(about), f'{name}: is dated as the paper is', about)
    fonts = run('pdffonts', file)[0].splitlines()[2:]
    ok(fonts and all(re.search(r'yes yes yes', line) for line in fonts), f'{name}: its fonts are in it, cut down, and readable', fonts)


def structure(folder):
    tree, _ = run('pdfinfo', '-struct-text', f'{folder}/long.pdf')
    heads = len(re.findall(r'^\s*TH\b', tree, re.M))
    ok(heads == 5, 'the heads of a table over six pages are read out once', heads)
    ok(len(re.findall(r'^\s*TR\b', tree, re.M)) == 1 + 64 + 4, 'each line and each sum is a row', tree[:500])
    ok('H1' in tree and 'Invoice' in tree, 'and the title is a heading')
    ok('Page 2 of 6' not in tree, 'feet are decoration')
    about, _ = run('pdfinfo', f'{folder}/chinese.pdf')
    ok('林美玲' in about, 'a name that cannot be drawn is whole in the metadata', about)


# Each takes something away or spoils it, and says which rule must notice.
SPOILED = [
    ('paid', r'<cbc:CustomizationID>.*?</cbc:CustomizationID>', '', 'BR-01'),
    ('paid', r'<cbc:ID>INV-2026-00042</cbc:ID>', '', 'BR-02'),
    ('paid', r'<cbc:IssueDate>.*?</cbc:IssueDate>', '', 'BR-03'),
    ('paid', r'>380<', '>381<', 'BR-04'),
    ('paid', r'<cbc:RegistrationName>Example.*?</cbc:RegistrationName>', '', 'BR-06'),
    ('paid', r'<cbc:RegistrationName>Alice.*?</cbc:RegistrationName>', '', 'BR-07'),
    ('paid', r'<cac:Country>.*?</cac:Country>', '', 'BR-09'),
    ('paid', r'(<cac:AccountingCustomerParty>.*?)<cbc:IdentificationCode>GB', r'\1<cbc:IdentificationCode>UK1', 'BR-11'),
    ('paid', r'<cbc:PayableAmount.*?</cbc:PayableAmount>', '', 'BR-15'),
    ('paid', r'<cac:InvoiceLine>.*</cac:InvoiceLine>', '', 'BR-16'),
    ('paid', r'unitCode="C62"', 'unitCode="piece"', 'BR-23'),
    ('paid', r'<cbc:Name>Starter.*?</cbc:Name>', '', 'BR-25'),
    ('paid', r'>2\.50</cbc:PriceAmount>', '>-2.50</cbc:PriceAmount>', 'BR-27'),
    ('paid', r'<cbc:StartDate>2026-11-23', '<cbc:StartDate>2027-11-23', 'BR-30'),
    ('long', r'<cbc:AllowanceChargeReason>.*?</cbc:AllowanceChargeReason>', '', 'BR-42'),
    ('euro', r'<cac:TaxTotal><cbc:TaxAmount currencyID="GBP">.*?</cac:TaxTotal>', '', 'BR-53'),
    ('note', r'<cac:BillingReference>.*?</cac:BillingReference>', '', 'BR-55'),
    ('euro', r'currencyID="EUR">2\.50', 'currencyID="GBP">2.50', 'BR-CL-04'),
    ('paid', r'>S</cbc:ID>', '>X</cbc:ID>', 'BR-CL-18'),
    ('paid', r'GB999999973', '999999973', 'BR-CO-09'),
    ('paid', r'(<cac:LegalMonetaryTotal>.*?LineExtensionAmount currencyID="GBP">)97\.96', r'\g<1>97.97', 'BR-CO-10'),
    ('paid', r'(TaxExclusiveAmount currencyID="GBP">)97\.96', r'\g<1>97.95', 'BR-CO-13'),
    ('paid', r'(<cac:TaxTotal><cbc:TaxAmount currencyID="GBP">)19\.59', r'\g<1>19.60', 'BR-CO-14'),
    ('paid', r'(TaxInclusiveAmount currencyID="GBP">)117\.55', r'\g<1>117.56', 'BR-CO-15'),
    ('paid', r'(PayableAmount currencyID="GBP">)0\.00', r'\g<1>1.00', 'BR-CO-16'),
    ('paid', r'<cbc:Percent>20<', '<cbc:Percent>21<', 'BR-CO-17'),
    ('note', r'<cac:PaymentTerms>.*?</cac:PaymentTerms>', '', 'BR-CO-25'),
    ('outside', r'<cbc:CompanyID>01234567</cbc:CompanyID>', '', 'BR-CO-26'),
    ('paid', r'>2\.50</cbc:PriceAmount>', '>2.5001</cbc:PriceAmount>', 'BR-DEC'),
    ('paid', r'>12\.87</cbc:PriceAmount>', '>12.88</cbc:PriceAmount>', 'BR-LIN'),
    ('paid', r'<cac:PartyTaxScheme>.*?</cac:PartyTaxScheme>', '', 'BR-S-02'),
    ('paid', r'(TaxableAmount currencyID="GBP">)97\.96', r'\g<1>97.90', 'BR-S-08'),
    ('zero', r'(<cac:ClassifiedTaxCategory><cbc:ID>Z</cbc:ID><cbc:Percent>)0<', r'\g<1>5<', 'BR-Z-05'),
    ('reverse', r'<cac:PartyTaxScheme><cbc:CompanyID>DE.*?</cac:PartyTaxScheme>', '', 'BR-AE-02'),
    ('reverse', r'<cbc:TaxExemptionReason.*</cbc:TaxExemptionReason>', '', 'BR-AE-10'),
    ('outside', r'<cac:PartyLegalEntity>', '<cac:PartyTaxScheme><cbc:CompanyID>GB999999973</cbc:CompanyID></cac:PartyTaxScheme>'
                '<cac:PartyLegalEntity>', 'BR-O-02'),
    ('outside', r'(<cac:ClassifiedTaxCategory><cbc:ID>O</cbc:ID>)', r'\1<cbc:Percent>0</cbc:Percent>', 'BR-O-05'),
    ('outside', r'<cbc:TaxExemptionReason.*</cbc:TaxExemptionReason>', '', 'BR-O-10'),
    ('paid', r'(<cbc:IssueDate>.*?</cbc:IssueDate>)(<cbc:DueDate>.*?</cbc:DueDate>)', r'\2\1', 'UBL-ORDER'),
    ('paid', r'<cbc:BuyerReference>PO-778', '<cbc:BuyerReference>', 'UBL-ONCE'),
]


def xml(folder):
    texts = {f.stem: f.read_text(encoding='utf-8') for f in sorted(folder.glob('*.xml'))}
    ok('proforma' not in texts and len(texts) >= 12, 'what was issued is there as XML, and a pro forma is not', sorted(texts))
    for name, text in texts.items():
        ok(not en16931.broken(text), f'{name}.xml keeps {len(en16931.RULES)} rules', sorted(en16931.broken(text)))
    for name, what, instead, rule in SPOILED:
        spoiled = re.sub(what, instead, texts[name], count=0 if 'unitCode' in what or rule in ('BR-CL-18', 'BR-CO-17') else 1,
                         flags=re.S)
        ok(spoiled != texts[name] and rule in en16931.broken(spoiled), f'{rule} notices when it is broken', en16931.broken(spoiled))
    reverse = texts['reverse']
    ok('<cbc:ID>AE</cbc:ID>' in reverse and 'VATEX-EU-AE' in reverse and 'Weiß &amp; Söhne' in reverse,
       'the reverse charge is said in code, and names are escaped')
    ok('Al\ufffdice &lt;&amp;&gt; &quot;Marlowe&quot;' in texts['odd'], 'a character that XML does not have is replaced')
    ok('<cbc:TaxCurrencyCode>GBP' in texts['euro'], 'VAT in euro is said in sterling too')


def main():
    with tempfile.TemporaryDirectory() as name:
        done = subprocess.run([sys.argv[1], name], capture_output=True, text=True, timeout=300)
        ok(done.returncode == 0, 'the same paper makes the same bytes', done.stderr)
        folder = pathlib.Path(name)
        if shutil.which('pdftotext'):
            for file in sorted(folder.glob('*.pdf')):
                pdf(folder, file.stem)
            structure(folder)
        else:
            print('# pdftotext is not installed: the PDFs are not looked at')
        xml(folder)
    print(f'1..{count}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
