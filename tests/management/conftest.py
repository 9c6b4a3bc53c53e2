from tests.runtime.installation import installation as installation
