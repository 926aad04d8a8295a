"""Django's databases with the tenant wall built in: settings name these as their ENGINE."""
