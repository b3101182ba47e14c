"""Rules of EN 16931-1 for UBL 2.1, by their ids, as far as documents like ours can break them.

What is here: presence (BR-01 to BR-27, BR-53, BR-55), arithmetic (BR-CO-10 to BR-CO-17, BR-LIN), the VAT categories S, Z, AE and O
(BR-S, BR-Z, BR-AE, BR-O), identifiers (BR-CO-09, BR-CO-25, BR-CO-26), decimals (BR-DEC), the codes we use (BR-CL), and the order of
elements that the UBL schema wants (UBL-ORDER). What is not: groups we never write (allowances and charges of a whole document, payees,
representatives, deliveries, attachments, payment means) beyond that they are absent, and the rest of the code lists.
The texts of the rules are the standard's; how they are asked is ours. The published artefacts (EUPL 1.2) are not part of this.
"""
import re
import xml.etree.ElementTree as ET
from decimal import Decimal, ROUND_HALF_UP

CAC = '{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}'
CBC = '{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}'

ORDER = {  # of UBL 2.1, of what we write
    'Invoice': 'CustomizationID ID IssueDate DueDate InvoiceTypeCode Note TaxPointDate DocumentCurrencyCode TaxCurrencyCode '
               'BuyerReference BillingReference AccountingSupplierParty AccountingCustomerParty PaymentTerms TaxTotal '
               'LegalMonetaryTotal InvoiceLine',
    'CreditNote': 'CustomizationID ID IssueDate TaxPointDate CreditNoteTypeCode Note DocumentCurrencyCode TaxCurrencyCode '
                  'BuyerReference BillingReference AccountingSupplierParty AccountingCustomerParty PaymentTerms TaxTotal '
                  'LegalMonetaryTotal CreditNoteLine',
    'Party': 'EndpointID PostalAddress PartyTaxScheme PartyLegalEntity Contact',
    'PostalAddress': 'StreetName AdditionalStreetName CityName PostalZone CountrySubentity AddressLine Country',
    'PartyTaxScheme': 'CompanyID TaxScheme',
    'PartyLegalEntity': 'RegistrationName CompanyID',
    'Contact': 'Name ElectronicMail',
    'TaxTotal': 'TaxAmount TaxSubtotal',
    'TaxSubtotal': 'TaxableAmount TaxAmount TaxCategory',
    'TaxCategory': 'ID Percent TaxExemptionReasonCode TaxExemptionReason TaxScheme',
    'ClassifiedTaxCategory': 'ID Percent TaxScheme',
    'LegalMonetaryTotal': 'LineExtensionAmount TaxExclusiveAmount TaxInclusiveAmount PrepaidAmount PayableAmount',
    'InvoiceLine': 'ID InvoicedQuantity LineExtensionAmount InvoicePeriod AllowanceCharge Item Price',
    'CreditNoteLine': 'ID CreditedQuantity LineExtensionAmount InvoicePeriod AllowanceCharge Item Price',
    'AllowanceCharge': 'ChargeIndicator AllowanceChargeReasonCode AllowanceChargeReason Amount',
    'InvoicePeriod': 'StartDate EndDate',
    'Item': 'Description Name ClassifiedTaxCategory',
    'InvoiceDocumentReference': 'ID IssueDate',
}


def local(e):
    return e.tag.split('}')[1]


def path(p):
    """'cac:Party/cbc:ID' as ElementTree wants it."""
    return p.replace('cac:', CAC).replace('cbc:', CBC)


class Document:
    def __init__(self, text):
        self.root = ET.fromstring(text)
        self.note = local(self.root) == 'CreditNote'
        self.lines = self.root.findall(path('cac:CreditNoteLine' if self.note else 'cac:InvoiceLine'))
        self.totals = self.root.findall(path('cac:TaxTotal'))
        self.breakdown = self.root.findall(path('cac:TaxTotal/cac:TaxSubtotal'))
        self.seller = self.root.find(path('cac:AccountingSupplierParty/cac:Party'))
        self.buyer = self.root.find(path('cac:AccountingCustomerParty/cac:Party'))
        self.currency = self.text('cbc:DocumentCurrencyCode')

    def text(self, p, of=None):
        found = (self.root if of is None else of).find(path(p)) if of is not None or self.root is not None else None
        return found.text.strip() if found is not None and found.text else ''

    def has(self, p, of=None):
        return bool(self.text(p, of))

    def number(self, p, of=None):
        value = self.text(p, of)
        return Decimal(value) if re.fullmatch(r'-?\d+(\.\d+)?', value) else None

    def total(self, name):
        return self.number('cac:LegalMonetaryTotal/cbc:' + name)

    def category(self, line):
        return self.text('cac:Item/cac:ClassifiedTaxCategory/cbc:ID', line)

    def categories(self):
        return {self.category(line) for line in self.lines}

    def vat_id(self, party):
        return self.text('cac:PartyTaxScheme/cbc:CompanyID', party)

    def of_category(self, code):
        return [s for s in self.breakdown if self.text('cac:TaxCategory/cbc:ID', s) == code]


def rounded(d):
    return d.quantize(Decimal('0.01'), ROUND_HALF_UP)


def order(d):
    def fits(e):
        wanted = ORDER.get(local(e))
        children = [local(c) for c in e]
        if wanted is None:
            return all(fits(c) for c in e)
        names = wanted.split()
        if any(c not in names for c in children):
            return False
        at = [names.index(c) for c in children]
        return at == sorted(at) and all(fits(c) for c in e)
    return fits(d.root)


def once(d):
    """No element is empty, and none that may be there once is there twice."""
    many = {'TaxTotal', 'TaxSubtotal', 'InvoiceLine', 'CreditNoteLine', 'Note'}
    for e in d.root.iter():
        names = [local(c) for c in e]
        if any(names.count(n) > 1 and n not in many for n in names):
            return False
        if len(e) == 0 and not (e.text or '').strip():
            return False
    return True


def category_sum(d, code, subtotal):
    rate = d.number('cac:TaxCategory/cbc:Percent', subtotal)
    return sum((d.number('cbc:LineExtensionAmount', line) for line in d.lines if d.category(line) == code and
                d.number('cac:Item/cac:ClassifiedTaxCategory/cbc:Percent', line) == rate), Decimal(0))


def tax_follows(d, subtotal):
    """Rounded by line, as the law here allows: half a penny for each line at most. The published rule lets a whole unit pass."""
    base, tax = d.number('cbc:TaxableAmount', subtotal), d.number('cbc:TaxAmount', subtotal)
    rate = d.number('cac:TaxCategory/cbc:Percent', subtotal) or Decimal(0)
    slack = min(Decimal(1), Decimal('0.005') * len(d.lines))
    return abs(tax - base * rate / 100) <= slack + Decimal('0.005')


def paired(d, code):
    """Lines of a category have their breakdown, and the other way round."""
    return (code in d.categories()) == bool(d.of_category(code))


def reason(d, s):
    return d.has('cac:TaxCategory/cbc:TaxExemptionReason', s) or d.has('cac:TaxCategory/cbc:TaxExemptionReasonCode', s)


def zero(d, code):
    return all(d.number('cbc:TaxAmount', s) == 0 for s in d.of_category(code))


def no_rate(d, code):
    return all(d.number('cac:Item/cac:ClassifiedTaxCategory/cbc:Percent', line) == 0 for line in d.lines if d.category(line) == code)


def base_fits(d, code):
    return all(d.number('cbc:TaxableAmount', s) == category_sum(d, code, s) for s in d.of_category(code))


def prefixed(value):
    return not value or re.fullmatch(r'[A-Z]{2}[A-Z0-9]{2,13}', value) is not None


def decimals(d):
    return all(re.fullmatch(r'-?\d+(\.\d{1,2})?', (e.text or '').strip()) for e in d.root.iter() if local(e).endswith('Amount'))


def currencies(d):
    return all(e.get('currencyID') == d.currency for e in d.root.iter() if local(e).endswith('Amount') and e not in
               [t.find(path('cbc:TaxAmount')) for t in d.totals[1:]])


SUM = 'cac:LegalMonetaryTotal/cbc:'
RULES = {
    'UBL-ORDER': order,
    'UBL-ONCE': once,
    'BR-01': lambda d: d.text('cbc:CustomizationID') == 'urn:cen.eu:en16931:2017',
    'BR-02': lambda d: d.has('cbc:ID'),
    'BR-03': lambda d: re.fullmatch(r'\d{4}-\d\d-\d\d', d.text('cbc:IssueDate')) is not None,
    'BR-04': lambda d: d.text('cbc:CreditNoteTypeCode' if d.note else 'cbc:InvoiceTypeCode') == ('381' if d.note else '380'),
    'BR-05': lambda d: re.fullmatch('[A-Z]{3}', d.currency) is not None,
    'BR-06': lambda d: d.has('cac:PartyLegalEntity/cbc:RegistrationName', d.seller),
    'BR-07': lambda d: d.has('cac:PartyLegalEntity/cbc:RegistrationName', d.buyer),
    'BR-08': lambda d: d.seller.find(path('cac:PostalAddress')) is not None,
    'BR-09': lambda d: re.fullmatch('[A-Z]{2}', d.text('cac:PostalAddress/cac:Country/cbc:IdentificationCode', d.seller)) is not None,
    'BR-10': lambda d: d.buyer.find(path('cac:PostalAddress')) is not None,
    'BR-11': lambda d: re.fullmatch('[A-Z]{2}', d.text('cac:PostalAddress/cac:Country/cbc:IdentificationCode', d.buyer)) is not None,
    'BR-12': lambda d: d.total('LineExtensionAmount') is not None,
    'BR-13': lambda d: d.total('TaxExclusiveAmount') is not None,
    'BR-14': lambda d: d.total('TaxInclusiveAmount') is not None,
    'BR-15': lambda d: d.total('PayableAmount') is not None,
    'BR-16': lambda d: len(d.lines) > 0,
    'BR-21': lambda d: all(d.has('cbc:ID', line) for line in d.lines),
    'BR-22': lambda d: all(d.has('cbc:CreditedQuantity' if d.note else 'cbc:InvoicedQuantity', line) for line in d.lines),
    'BR-23': lambda d: all(line.find(path('cbc:CreditedQuantity' if d.note else 'cbc:InvoicedQuantity')).get('unitCode') == 'C62'
                           for line in d.lines),
    'BR-24': lambda d: all(d.number('cbc:LineExtensionAmount', line) is not None for line in d.lines),
    'BR-25': lambda d: all(d.has('cac:Item/cbc:Name', line) for line in d.lines),
    'BR-26': lambda d: all(d.number('cac:Price/cbc:PriceAmount', line) is not None for line in d.lines),
    'BR-27': lambda d: all(d.number('cac:Price/cbc:PriceAmount', line) >= 0 for line in d.lines),
    'BR-30': lambda d: all(not d.has('cac:InvoicePeriod/cbc:EndDate', line) or
                           d.text('cac:InvoicePeriod/cbc:StartDate', line) <= d.text('cac:InvoicePeriod/cbc:EndDate', line)
                           for line in d.lines),
    'BR-41': lambda d: all(d.number('cbc:Amount', a) is not None for a in d.root.iter(path('cac:AllowanceCharge'))),
    'BR-42': lambda d: all(d.has('cbc:AllowanceChargeReason', a) for a in d.root.iter(path('cac:AllowanceCharge'))),
    'BR-45': lambda d: all(d.number('cbc:TaxableAmount', s) is not None for s in d.breakdown),
    'BR-46': lambda d: all(d.number('cbc:TaxAmount', s) is not None for s in d.breakdown),
    'BR-47': lambda d: all(d.has('cac:TaxCategory/cbc:ID', s) for s in d.breakdown),
    'BR-48': lambda d: all(d.number('cac:TaxCategory/cbc:Percent', s) is not None or d.text('cac:TaxCategory/cbc:ID', s) == 'O'
                           for s in d.breakdown),
    'BR-53': lambda d: not d.has('cbc:TaxCurrencyCode') or (len(d.totals) == 2 and d.totals[1].find(path('cbc:TaxAmount')).get(
        'currencyID') == d.text('cbc:TaxCurrencyCode') and d.totals[1].find(path('cac:TaxSubtotal')) is None),
    'BR-55': lambda d: not d.note or d.has('cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID'),
    'BR-CL-04': currencies,
    'BR-CL-18': lambda d: d.categories() <= {'S', 'Z', 'AE', 'O'},
    'BR-CO-04': lambda d: all(d.category(line) for line in d.lines),
    'BR-CO-09': lambda d: prefixed(d.vat_id(d.seller)) and prefixed(d.vat_id(d.buyer)),
    'BR-CO-10': lambda d: d.total('LineExtensionAmount') == sum(d.number('cbc:LineExtensionAmount', line) for line in d.lines),
    'BR-CO-13': lambda d: d.total('TaxExclusiveAmount') == d.total('LineExtensionAmount'),
    'BR-CO-14': lambda d: d.number('cbc:TaxAmount', d.totals[0]) == sum(d.number('cbc:TaxAmount', s) for s in d.breakdown),
    'BR-CO-15': lambda d: d.total('TaxInclusiveAmount') == d.total('TaxExclusiveAmount') + d.number('cbc:TaxAmount', d.totals[0]),
    'BR-CO-16': lambda d: d.total('PayableAmount') == d.total('TaxInclusiveAmount') - (d.total('PrepaidAmount') or 0),
    'BR-CO-17': lambda d: all(tax_follows(d, s) for s in d.breakdown),
    'BR-CO-18': lambda d: len(d.breakdown) > 0,
    'BR-CO-25': lambda d: not d.total('PayableAmount') > 0 or d.has('cbc:DueDate') or d.has('cac:PaymentTerms/cbc:Note'),
    'BR-CO-26': lambda d: bool(d.vat_id(d.seller)) or d.has('cac:PartyLegalEntity/cbc:CompanyID', d.seller),
    'BR-DEC': decimals,
    'BR-LIN': lambda d: all(rounded(d.number('cbc:CreditedQuantity' if d.note else 'cbc:InvoicedQuantity', line) *
                                    d.number('cac:Price/cbc:PriceAmount', line)) -
                            (d.number('cac:AllowanceCharge/cbc:Amount', line) or 0) == d.number('cbc:LineExtensionAmount', line)
                            for line in d.lines),
    'BR-S-01': lambda d: paired(d, 'S'),
    'BR-S-02': lambda d: 'S' not in d.categories() or bool(d.vat_id(d.seller)),
    'BR-S-05': lambda d: all(d.number('cac:Item/cac:ClassifiedTaxCategory/cbc:Percent', line) > 0 for line in d.lines
                             if d.category(line) == 'S'),
    'BR-S-08': lambda d: base_fits(d, 'S'),
    'BR-S-10': lambda d: not any(reason(d, s) for s in d.of_category('S')),
    'BR-Z-01': lambda d: paired(d, 'Z'),
    'BR-Z-02': lambda d: 'Z' not in d.categories() or bool(d.vat_id(d.seller)),
    'BR-Z-05': lambda d: no_rate(d, 'Z'),
    'BR-Z-08': lambda d: base_fits(d, 'Z'),
    'BR-Z-09': lambda d: zero(d, 'Z'),
    'BR-Z-10': lambda d: not any(reason(d, s) for s in d.of_category('Z')),
    'BR-AE-01': lambda d: paired(d, 'AE'),
    'BR-AE-02': lambda d: 'AE' not in d.categories() or (bool(d.vat_id(d.seller)) and bool(d.vat_id(d.buyer))),
    'BR-AE-05': lambda d: no_rate(d, 'AE'),
    'BR-AE-08': lambda d: base_fits(d, 'AE'),
    'BR-AE-09': lambda d: zero(d, 'AE'),
    'BR-AE-10': lambda d: all(reason(d, s) for s in d.of_category('AE')),
    'BR-O-01': lambda d: paired(d, 'O'),
    'BR-O-02': lambda d: 'O' not in d.categories() or not (d.vat_id(d.seller) or d.vat_id(d.buyer)),
    'BR-O-05': lambda d: not any(d.has('cac:Item/cac:ClassifiedTaxCategory/cbc:Percent', line) for line in d.lines
                                 if d.category(line) == 'O'),
    'BR-O-08': lambda d: all(d.number('cbc:TaxableAmount', s) == sum(d.number('cbc:LineExtensionAmount', line) for line in d.lines
                                                                      if d.category(line) == 'O') for s in d.of_category('O')),
    'BR-O-09': lambda d: zero(d, 'O'),
    'BR-O-10': lambda d: all(reason(d, s) for s in d.of_category('O')),
    'BR-O-12': lambda d: 'O' not in d.categories() or d.categories() == {'O'},
}


def broken(text):
    """The ids of the rules that a document breaks; one that cannot be asked counts as broken."""
    d = Document(text)
    found = set()
    for name, holds in RULES.items():
        try:
            if not holds(d):
                found.add(name)
        except (AttributeError, TypeError, IndexError):
            found.add(name)
    return found
