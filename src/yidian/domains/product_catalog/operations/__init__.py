"""Writing what is sold: editions, and the way of a draft to sale. Other rooms and faces enter here."""

from yidian.domains.product_catalog.lifecycle import UnableToLaunch as UnableToLaunch
from yidian.domains.product_catalog.operations.drafting import draft_tariff as draft_tariff
from yidian.domains.product_catalog.operations.drafting import revise_draft as revise_draft
from yidian.domains.product_catalog.operations.loading import UnableToLoadTariff as UnableToLoadTariff
from yidian.domains.product_catalog.operations.loading import load_tariff as load_tariff
from yidian.domains.product_catalog.operations.moving import MOVES as MOVES
from yidian.domains.product_catalog.operations.moving import move_draft as move_draft
from yidian.domains.product_catalog.operations.moving import record_test as record_test
from yidian.domains.product_catalog.operations.publishing import PUBLISH as PUBLISH
from yidian.domains.product_catalog.operations.publishing import agreed as agreed
from yidian.domains.product_catalog.operations.publishing import expect_publishable as expect_publishable
from yidian.domains.product_catalog.operations.publishing import publish_draft as publish_draft
from yidian.domains.product_catalog.operations.publishing import subject_of as subject_of
from yidian.domains.product_catalog.operations.trying import keep_trial as keep_trial
