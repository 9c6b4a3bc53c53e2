from tests.ground.installation import installation as installation
