<tileset name="set" tilewidth="8" tileheight="8" tilecount="8" columns="4"><image source="set.png" width="32" height="16"/><properties><property name="a" type="float" value="1.5"/></properties>
      <tile id="1" class="rock"><objectgroup><object id="1" x="1" y="2" width="3" height="4"/></objectgroup></tile>
      <tile id="2"><animation><frame tileid="3" duration="100"/><frame tileid="4" duration="80"/></animation></tile>
      </tileset>