"""The grade of a customer (客户等级), dated: what discounts of loyal customers go by."""
