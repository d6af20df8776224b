{ pkgs, ... }:
{
	environment.systemPackages = with pkgs; [
		git
	];

	llama.variant = "vulkan";
	hardware.graphics.enable = true;
}
