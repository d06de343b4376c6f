"""Everything that is not the product: packaging, the CloudFormation template, deployment, and the local cloud."""
