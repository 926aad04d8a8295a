"""Numbers of TAP3 fields (application tags, releases 3.10 to 3.12): name and kind of what we read.

A fact table, kept to call events, charges, the audit block and the tables they point into. A number that is not here is
kept as `tag<number>`: nothing of a file is lost because a newer release says more.
"""

from __future__ import annotations

from typing import Final

GROUP, LIST, CHOICE, TEXT, DIGITS, NUMBER, OCTETS = "group", "list", "choice", "text", "digits", "number", "octets"

CALL_EVENTS: Final = 3

_BY_KIND: Final = {
    GROUP: {
        1: "transferBatch", 2: "notification", 4: "batchControlInfo", 5: "accountingInfo", 6: "networkInfo",
        9: "mobileOriginatedCall", 10: "mobileTerminatedCall", 11: "supplServiceEvent", 12: "serviceCentreUsage",
        14: "gprsCall", 15: "auditControlInfo", 17: "contentTransaction", 36: "basicService", 39: "basicServiceUsed",
        41: "callOriginator", 57: "camelServiceUsed", 63: "chargeDetail", 69: "chargeInformation", 89: "destination",
        96: "discountInformation", 101: "earliestCallTimeStamp", 106: "currencyConversion",
        107: "fileAvailableTimeStamp",
        108: "fileCreationTimeStamp", 113: "geographicalLocation", 114: "gprsBasicCallInformation",
        115: "gprsChargeableSubscriber", 116: "gprsDestination", 117: "gprsLocationInformation",
        118: "gprsNetworkLocation",
        121: "gprsServiceUsed", 123: "homeLocationInformation", 133: "latestCallTimeStamp", 138: "locationInformation",
        44: "callEventStartTimeStamp", 74: "chargingTimeStamp", 76: "completionTimeStamp", 88: "depositTimeStamp",
        147: "basicCallInformation", 153: "basicCallInformation", 156: "networkLocation", 183: "recEntityInformation",
        191: "basicInformation", 192: "scuChargeType", 193: "scuTimeStamps", 199: "simChargeableSubscriber",
        206: "supplServiceUsed", 213: "taxInformation", 216: "taxation", 219: "thirdPartyInformation",
        227: "transferCutOffTimeStamp", 233: "utcTimeOffsetEntry", 254: "minChargeableSubscriber", 258: "callTypeGroup",
        260: "pDPContextStartTimestamp", 286: "gsmChargeableSubscriber", 297: "locationService",
        410: "chargeDetailTimeStamp", 433: "messagingEvent", 434: "mobileSession", 436: "chargedParty",
        441: "networkElement", 443: "nonChargedParty", 447: "serviceStartTimestamp", 449: "sessionChargeInformation",
        450: "requestedDestination",
    },
    LIST: {
        3: "callEventDetails", 37: "basicServiceCodeList", 38: "basicServiceUsedList", 64: "chargeDetailList",
        70: "chargeInformationList", 80: "currencyConversionInfo", 162: "operatorSpecInformation",
        185: "recEntityCodeList", 188: "recEntityInfo", 211: "taxation", 214: "taxInformation",
        234: "utcTimeOffsetInfo", 442: "networkElementList", 448: "sessionChargeInfoList",
    },
    CHOICE: {
        426: "serviceCode", 427: "chargeableSubscriber", 429: "equipmentIdentifier", 430: "chargeableSubscriber",
    },
    TEXT: {
        16: "localTimeStamp", 42: "calledPlace", 46: "calledRegion", 66: "chargedItem", 71: "chargeType",
        73: "chargingPoint", 90: "destinationNetwork", 98: "distanceChargeBandCode", 103: "esn",
        109: "fileSequenceNumber", 110: "fileTypeIndicator", 122: "homeBid", 135: "localCurrency", 146: "min",
        163: "operatorSpec", 164: "originatingNetwork", 165: "packetDataProtocolAddress", 166: "partialTypeIndicator",
        167: "pdpAddress", 181: "rapFileSequenceNumber", 182: "recipient", 195: "servingNetwork", 196: "sender",
        198: "servingBid", 200: "simToolkitIndicator", 204: "ssParameters", 210: "tapCurrency", 215: "taxRate",
        217: "taxType", 231: "utcTimeOffset", 253: "mdn", 261: "accessPointNameNI", 262: "accessPointNameOI",
        279: "dialledDigits", 400: "recEntityId", 402: "nonChargedNumber", 413: "homeLocationDescription",
        414: "servingLocationDescription", 417: "networkAccessIdentifier", 419: "sMSDestinationNumber",
        424: "hSCSDIndicator", 425: "sMSOriginator", 432: "taxIndicator", 435: "eventReference", 437: "elementId",
        40: "bearerServiceCode", 209: "supplServiceCode", 218: "teleServiceCode", 445: "nonChargedPublicUserId",
        446: "publicUserId", 452: "requestedPublicUserId",
    },
    DIGITS: {
        128: "imei", 129: "imsi", 152: "msisdn", 403: "thirdPartyNumber", 404: "camelDestinationNumber",
        405: "callingNumber", 407: "calledNumber", 444: "nonChargedPartyNumber", 451: "requestedNumber",
    },
    NUMBER: {
        43: "callEventDetailsCount", 55: "camelServiceKey", 56: "camelServiceLevel", 58: "causeForTerm", 59: "cellId",
        62: "charge", 65: "chargeableUnits", 67: "chargedPartyStatus", 68: "chargedUnits", 72: "chargingId",
        75: "clirIndicator", 91: "discountCode", 104: "exchangeRate", 105: "exchangeRateCode", 111: "fnur",
        136: "locationArea", 141: "messageDescriptionCode", 144: "messageStatus", 145: "messageType",
        159: "numberOfDecimalPlaces", 170: "priorityCode", 184: "recEntityCode", 186: "recEntityType",
        189: "releaseVersionNumber", 201: "specificationVersionNumber", 208: "supplServiceActionCode", 212: "taxCode",
        223: "totalCallEventDuration", 225: "totalDiscountValue", 226: "totalTaxValue", 228: "transparencyIndicator",
        232: "utcTimeOffsetCode", 244: "tapDecimalPlaces", 245: "networkInitPDPContext", 250: "dataVolumeIncoming",
        251: "dataVolumeOutgoing", 255: "callTypeLevel2", 256: "callTypeLevel3", 259: "callTypeLevel1",
        280: "userProtocolIndicator", 353: "totalTaxRefund", 354: "totalDiscountRefund", 355: "totalChargeRefund",
        397: "taxValue", 398: "taxableAmount", 412: "discount", 415: "totalCharge", 418: "iMSSignallingContext",
        422: "camelInvocationFee", 423: "discountableAmount", 438: "elementType", 439: "messagingEventService",
        440: "mobileSessionService",
    },
    OCTETS: {45: "callReference", 79: "cseInformation", 420: "guaranteedBitRate", 421: "maximumBitRate"},
}  # fmt: skip

TAGS: Final = {number: (name, kind) for kind, names in _BY_KIND.items() for number, name in names.items()}
# Events of a batch: each is one record.
EVENTS: Final = frozenset({9, 10, 11, 12, 14, 17, 297, 433, 434})
