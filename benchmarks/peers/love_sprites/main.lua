-- LÖVE: one SpriteBatch of usage "stream", cleared and filled again in every frame; the places are arrays of LuaJIT's
-- ffi, so that the loop that moves them is compiled. What stands is in a batch of usage "static". `love love_sprites --scenario moving --count 10000 ...`

local ffi = require("ffi")
local WIDTH, HEIGHT, SIDE, DT, WARM_UP, LEAST, MOVERS = 1280, 720, 8, 1 / 60, 5, 5, 1000

local options = {scenario = "moving", count = 10000, frames = 200, seconds = 1}
local count, x, y, vx, vy, batch, still
local cpu, wall, done, began = {}, {}, -WARM_UP, nil

local function picture()
    local data = love.image.newImageData(SIDE, SIDE)
    data:mapPixel(function(px, py)
        local distance = math.sqrt((px - (SIDE - 1) / 2) ^ 2 + (py - (SIDE - 1) / 2) ^ 2)
        return 1, 0.69, 0.25, math.max(0, math.min(1, SIDE / 2 - distance))
    end)
    return love.graphics.newImage(data)
end

function love.load(arguments)
    for i = 1, #arguments - 1, 2 do
        local name, value = arguments[i]:match("^%-%-(.+)"), arguments[i + 1]
        options[name] = tonumber(value) or value
    end
    if options.scenario ~= "moving" and options.scenario ~= "static" then error("there are only moving and static") end
    count = options.scenario == "static" and MOVERS or options.count
    x, y, vx, vy = ffi.new("float[?]", count), ffi.new("float[?]", count), ffi.new("float[?]", count), ffi.new("float[?]", count)
    math.randomseed(1)
    for i = 0, count - 1 do
        x[i], y[i] = math.random() * WIDTH, math.random() * HEIGHT
        vx[i], vy[i] = math.random() * 240 - 120, math.random() * 240 - 120
    end
    local image = picture()
    if options.scenario == "static" then
        still = love.graphics.newSpriteBatch(image, options.count, "static")
        for _ = 1, options.count do
            still:add(math.random() * WIDTH - SIDE / 2, math.random() * HEIGHT - SIDE / 2)
        end
    end
    batch = love.graphics.newSpriteBatch(image, count, "stream")
    love.graphics.setBackgroundColor(24 / 255, 28 / 255, 36 / 255)
end

local function move()
    for i = 0, count - 1 do
        local px, py = x[i] + vx[i] * DT, y[i] + vy[i] * DT
        x[i], y[i] = px, py
        if px < 0 then vx[i] = math.abs(vx[i]) elseif px > WIDTH then vx[i] = -math.abs(vx[i]) end
        if py < 0 then vy[i] = math.abs(vy[i]) elseif py > HEIGHT then vy[i] = -math.abs(vy[i]) end
    end
end

local function fill()
    local add, half = batch.add, SIDE / 2
    batch:clear()
    for i = 0, count - 1 do add(batch, x[i] - half, y[i] - half) end
end

local function draw()
    love.graphics.origin()
    love.graphics.clear(love.graphics.getBackgroundColor())
    if still then love.graphics.draw(still) end
    love.graphics.draw(batch)
end

local function percentiles(values)
    table.sort(values)
    local function at(share) return values[math.min(#values, math.floor(#values * share) + 1)] * 1000 end
    return string.format('{"p50": %.5f, "p99": %.5f}', at(0.5), at(0.99))
end

local function report()
    local _, _, _, renderer = love.graphics.getRendererInfo()
    print(string.format(
        '{"name": "LOVE", "version": "%d.%d, %s", "scenario": "%s", "count": %d, "renderer": "%s", "frames": %d, '
            .. '"cpu_ms": %s, "wall_ms": %s}',
        love._version_major, love._version_minor, jit.version, options.scenario, options.count, renderer, #cpu, percentiles(cpu), percentiles(wall)))
    io.stdout:flush()
end

local function screenshot()
    draw()
    love.graphics.captureScreenshot(function(image)
        local file = assert(io.open(options.screenshot, "wb"))
        file:write(image:encode("png"):getString())
        file:close()
    end)
    love.graphics.present()
end

-- Instead of the stock loop, which sleeps a millisecond in every frame.
function love.run()
    love.load(love.arg.parseGameArguments(arg))
    return function()
        love.event.pump()
        local wall_before, cpu_before = love.timer.getTime(), os.clock()
        move()
        fill()
        draw()
        love.graphics.present()
        done = done + 1
        if done > 0 then
            cpu[done], wall[done] = os.clock() - cpu_before, love.timer.getTime() - wall_before
        else
            began = love.timer.getTime()
        end
        if done >= options.frames or (done >= LEAST and love.timer.getTime() - began > options.seconds) then
            if options.screenshot then screenshot() end
            report()
            return 0
        end
    end
end
