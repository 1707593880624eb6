<?php echo "heron";
