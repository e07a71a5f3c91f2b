-- Only what drawing takes; no vertical sync.
function love.conf(t)
    t.window.width, t.window.height, t.window.vsync, t.window.title = 1280, 720, 0, "LOVE"
    for _, module in ipairs({"audio", "joystick", "mouse", "physics", "sound", "system", "thread", "touch", "video"}) do
        t.modules[module] = false
    end
end
